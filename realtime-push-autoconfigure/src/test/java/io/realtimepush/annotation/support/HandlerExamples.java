/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.realtimepush.annotation.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.realtimepush.annotation.ClientLabel;
import io.realtimepush.annotation.FlagKey;
import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.annotation.OnPushRequest;
import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.Flags;
import io.realtimepush.session.ClientRequestException;
import io.realtimepush.session.PushSessions;
import io.realtimepush.session.SessionInfo;
import io.realtimepush.session.SessionSelector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;

/**
 * The code shown in docs/handlers.md.
 */
final class HandlerExamples {

	private static final Logger logger = LoggerFactory.getLogger(HandlerExamples.class);

	private HandlerExamples() {
	}

	@Component
	static class Checkout {

		private volatile boolean express;

		@OnFlagUpdate(flags = "checkout.express", initial = true)
		void expressChanged(boolean enabled) {
			this.express = enabled;
		}

		boolean isExpress() {
			return this.express;
		}

	}

	record RateLimit(int requests, Duration window) {

	}

	@Component
	static class Limiter {

		private final AtomicInteger requests = new AtomicInteger(100);

		@OnFlagUpdate(flags = "api.rate-limit", initial = true)
		void configure(Optional<RateLimit> limit) {
			this.requests.set(limit.map(RateLimit::requests).orElse(100));
		}

	}

	@Component
	static class Theme {

		private final ConcurrentHashMap<String, String> colors = new ConcurrentHashMap<>();

		@OnFlagUpdate("ui.color.*")
		void colorChanged(@FlagKey String key, FlagUpdate<String> update) {
			switch (update.kind()) {
				case ADDED, CHANGED -> this.colors.put(key, update.newValue());
				case REMOVED -> this.colors.remove(key);
			}
		}

		@OnFlagUpdate("ui.*")
		void repaint(FlagChange change) {
			logger.info("{} flags changed at {}", change.updates().size(), change.position());
		}

	}

	@Component
	static class Search {

		@OnFlagUpdate("search.index")
		Mono<Void> rebuild(String index) {
			return Mono.delay(Duration.ofMillis(10)).then();
		}

	}

	@Component
	static class Audit {

		@OnFlagUpdate(flagSet = "shop/production", conflate = false)
		void record(FlagChange change) {
			change.updates().forEach((update) -> logger.info("{}: {}", update.key(), update.newValue()));
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@OnFlagUpdate(flagSet = "shop/production", initial = true)
	@interface ShopFlag {

		@AliasFor(annotation = OnFlagUpdate.class, attribute = "flags")
		String value();

	}

	@Component
	static class Banner {

		@ShopFlag("ui.banner")
		void show(Optional<String> text) {
			text.ifPresent(logger::info);
		}

	}

	@Configuration
	static class FailureConfiguration {

		@Bean
		FlagUpdateErrorHandler reportFailures() {
			return (invocation, failure) -> logger.error("{} failed", invocation.method(), failure);
		}

	}

	@Component
	static class Shipping {

		private final Flags flags;

		Shipping(Flags flags) {
			this.flags = flags;
		}

		Duration promise() {
			return this.flags.get("shipping.promise", Duration.class, Duration.ofDays(3));
		}

		Flux<Integer> freeShippingFrom() {
			return this.flags.of(FlagSetId.of("shop/production")).watch("shipping.free-from", Integer.class);
		}

	}

	@Component
	static class Support {

		private final PushSessions sessions;

		Support(PushSessions sessions) {
			this.sessions = sessions;
		}

		@OnPushRequest("support.open-ticket")
		Ticket open(Complaint complaint, SessionInfo session, @ClientLabel("region") Optional<String> region) {
			if (complaint.text().isBlank()) {
				throw new ClientRequestException("empty", "a complaint needs a text");
			}
			return new Ticket(session.flagSet(), region.orElse("none"), complaint);
		}

		void announce(Outage outage) {
			this.sessions.notify(SessionSelector.ofLabel("region", "eu"), "support.outage", outage);
		}

	}

	record Complaint(String text) {

	}

	record Ticket(FlagSetId flagSet, String region, Complaint complaint) {

	}

	record Outage(String what) {

	}

}
