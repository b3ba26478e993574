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

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.realtimepush.annotation.support.HandlerExamples.Audit;
import io.realtimepush.annotation.support.HandlerExamples.Banner;
import io.realtimepush.annotation.support.HandlerExamples.Checkout;
import io.realtimepush.annotation.support.HandlerExamples.FailureConfiguration;
import io.realtimepush.annotation.support.HandlerExamples.Limiter;
import io.realtimepush.annotation.support.HandlerExamples.Search;
import io.realtimepush.annotation.support.HandlerExamples.Shipping;
import io.realtimepush.annotation.support.HandlerExamples.Support;
import io.realtimepush.annotation.support.HandlerExamples.Theme;
import io.realtimepush.endtoend.PageCode;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.Flags;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.flags.support.DefaultFlags;
import io.realtimepush.flags.support.FlagValueConverter;
import io.realtimepush.flags.support.TestFlagFeed;
import io.realtimepush.flags.support.TestFlagFeeds;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.RingLimits;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.session.ClientRequest;
import io.realtimepush.session.InMemorySdkKeyRegistry;
import io.realtimepush.session.Peer;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushSessions;
import io.realtimepush.session.SessionInfo;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the code in docs/handlers.md is that of {@link HandlerExamples}, and works.
 */
class HandlersPageTests {

	@Test
	void everyCodeBlockIsCompiled() throws IOException {
		String examples = PageCode.of(HandlerExamples.class);
		assertThat(PageCode.blocks("handlers.md")).hasSizeGreaterThan(5)
			.allSatisfy((block) -> assertThat(examples).contains(block));
	}

	@Test
	void examplesRun() {
		TestFlagFeed feed = TestFlagFeed.loaded("shop/production");
		FlagFeeds feeds = new TestFlagFeeds(feed);
		FlagValueConverter converter = new FlagValueConverter(new JsonMapper());
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.registerBean(FlagFeeds.class, () -> feeds);
			context.registerBean(Flags.class, () -> new DefaultFlags(feeds, converter));
			context.registerBean(FlagHandlerContainer.class, () -> new FlagHandlerContainer(converter));
			context.register(Checkout.class, Limiter.class, Theme.class, Search.class, Audit.class, Banner.class,
					FailureConfiguration.class, Shipping.class);
			context.refresh();
			Shipping shipping = context.getBean(Shipping.class);
			assertThat(shipping.promise()).hasDays(3);
			feed.set("shipping.promise", "\"2d\"");
			assertThat(shipping.promise()).hasDays(2);
			StepVerifier.create(shipping.freeShippingFrom())
				.then(() -> feed.set("shipping.free-from", "40"))
				.expectNext(40)
				.thenCancel()
				.verify(Duration.ofSeconds(10));
		}
	}

	@Test
	void requestExampleRuns() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			PushHandler handler = PushHandler
				.builder(new FlagHub(RingLimits.DEFAULT), new InMemorySdkKeyRegistry(List.of()), (subscription) -> {
					throw new IllegalStateException();
				}, Schedulers.parallel())
				.build();
			FlagValueConverter converter = new FlagValueConverter(new JsonMapper());
			context.registerBean(PushSessions.class, () -> new PushSessions(handler, converter::write));
			context.registerBean(PushRequestMethods.class,
					() -> new PushRequestMethods(converter, Schedulers.boundedElastic()));
			context.register(Support.class);
			context.refresh();
			SessionInfo session = new SessionInfo("s1", SdkKey.server("sdk-server-sample"), FlagSetId.of("shop"),
					"websocket", ClientMessage.ClientInfo.NONE, new Peer(null, null, false), Instant.EPOCH);
			ClientRequest request = new ClientRequest(session, "support.open-ticket",
					FlagValue.ofJson("{\"text\":\"slow\"}"));
			FlagValue ticket = context.getBean(PushRequestMethods.class).handle(request).block(Duration.ofSeconds(5));
			assertThat(ticket).hasToString(
					"{\"flagSet\":{\"name\":\"shop\"},\"region\":\"none\"," + "\"complaint\":{\"text\":\"slow\"}}");
			context.getBean(Support.class).announce(new HandlerExamples.Outage("payments"));
		}
	}

}
