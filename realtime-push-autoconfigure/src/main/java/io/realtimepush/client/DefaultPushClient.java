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

package io.realtimepush.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.support.FlagValueConverter;
import io.realtimepush.protocol.ClientMessage;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

import org.springframework.util.Assert;

/**
 * A client in an environment of choice.
 *
 * @since 0.1.0
 */
public final class DefaultPushClient implements PushClient {

	private static final Log logger = LogFactory.getLog(DefaultPushClient.class);

	/** What a slow subscriber may be behind. */
	private static final int MAX_NOTIFICATIONS = 256;

	private final ClientEnvironment environment;

	private final ClientLoop loop;

	private final SessionKeeper keeper;

	private final FlagKeeping keeping;

	private final FlagFeeds feeds;

	private final Set<FlagSetId> flagSets;

	private final FlagValueConverter converter;

	private final Sinks.One<ClientStatus> firstLive = Sinks.one();

	private final Sinks.Empty<Void> ended = Sinks.empty();

	/**
	 * Create a client, and load the flag sets that it starts with.
	 * @param settings what it connects to
	 * @param environment what it runs on, and gives back when it is closed
	 * @param flagCache where flag sets outlive the app, or {@code null}
	 * @param tokenStore where the access token outlives the app, or {@code null}
	 * @param converter reads and writes what goes to and comes from the server app
	 * @param listeners are told what happens
	 */
	public DefaultPushClient(ClientSettings settings, ClientEnvironment environment, @Nullable FlagCache flagCache,
			@Nullable TokenStore tokenStore, FlagValueConverter converter, List<PushClientListener> listeners) {
		this.environment = environment;
		this.loop = environment.loop();
		Effects effects = new Effects(this.loop, environment.tokens(), environment.resolver(), environment.puller(),
				new SplittableRandom());
		List<PushClientListener> all = new ArrayList<>(listeners);
		all.add(new Waiting());
		this.keeper = new SessionKeeper(settings, effects, environment.transports(),
				ClientIdentity.create(settings.labels()), tokenStore, all);
		this.keeping = new FlagKeeping(this.loop, this.keeper.subscriptions(), flagCache);
		this.keeping.restore();
		this.feeds = new ClientFlagFeeds(this.keeper.subscriptions().all());
		this.flagSets = settings.subscriptions()
			.stream()
			.map(SubscriptionSettings::flagSet)
			.collect(Collectors.toCollection(LinkedHashSet::new));
		this.converter = converter;
	}

	@Override
	public void start() {
		this.loop.execute(this.keeper::start);
	}

	@Override
	public void pause() {
		this.loop.execute(this.keeper::pause);
	}

	@Override
	public void resume() {
		this.loop.execute(this.keeper::resume);
	}

	@Override
	public void check() {
		check("checked by the app");
	}

	/**
	 * Find out at once whether the connection still works.
	 * @param why why it may not
	 */
	public void check(String why) {
		this.loop.execute(() -> this.keeper.check(why));
	}

	@Override
	public void changeUser(FlagSetId flagSet, @Nullable ClientUser user) {
		Assert.isTrue(this.flagSets.contains(flagSet), () -> "client has no flag set '" + flagSet + "'");
		this.loop.execute(() -> this.keeper.changeUser(flagSet, user));
	}

	@Override
	public Mono<Void> close() {
		return Mono.defer(() -> {
			this.loop.execute(this.keeper::close);
			return this.ended.asMono();
		}).then(this.environment.dispose()).cache();
	}

	@Override
	public ClientStatus status() {
		return this.keeper.status();
	}

	@Override
	public Mono<ClientStatus> whenLive() {
		return this.firstLive.asMono();
	}

	@Override
	public Set<FlagSetId> flagSets() {
		return Collections.unmodifiableSet(this.flagSets);
	}

	@Override
	public FlagFeeds feeds() {
		return this.feeds;
	}

	@Override
	public <T> Mono<T> request(String method, @Nullable Object payload, Class<T> type) {
		Assert.hasText(method, "'method' must not be empty");
		FlagValue written = this.converter.write(payload);
		return Mono.<FlagValue>create((sink) -> call(method, written, sink))
			.flatMap((answer) -> Mono.justOrEmpty(read(method, answer, type)));
	}

	private void call(String method, FlagValue payload, MonoSink<FlagValue> sink) {
		if (!this.loop.execute(() -> this.keeper.requests().call(method, payload, sink))) {
			sink.error(Requests.closed(method));
		}
	}

	private <T> Optional<T> read(String method, FlagValue answer, Class<T> type) {
		try {
			return Optional.ofNullable(this.converter.read(answer, type));
		}
		catch (IllegalArgumentException ex) {
			throw new PushRequestException(method, PushRequestException.BAD_PAYLOAD,
					"the answer is no " + type.getSimpleName(), ex);
		}
	}

	@Override
	public void acknowledge(FlagSetId flagSet, List<ClientMessage.Ack> acks) {
		List<ClientMessage.Ack> sent = List.copyOf(acks);
		this.loop.execute(() -> this.keeper.acks().pass(flagSet, sent));
	}

	@Override
	public <T> Flux<T> on(String method, Class<T> type) {
		Assert.hasText(method, "'method' must not be empty");
		return Flux.<FlagValue>create((sink) -> register(method, sink), FluxSink.OverflowStrategy.IGNORE)
			.onBackpressureBuffer(MAX_NOTIFICATIONS,
					(missed) -> logger.debug("a subscriber of '" + method + "' is too slow and misses a notification"),
					BufferOverflowStrategy.DROP_OLDEST)
			.mapNotNull((payload) -> readOrLog(method, payload, type));
	}

	private void register(String method, FluxSink<FlagValue> sink) {
		if (!this.loop.execute(() -> this.keeper.notifications().add(method, sink))) {
			sink.complete();
			return;
		}
		sink.onDispose(() -> this.loop.execute(() -> this.keeper.notifications().remove(method, sink)));
	}

	private <T> @Nullable T readOrLog(String method, FlagValue payload, Class<T> type) {
		try {
			return this.converter.read(payload, type);
		}
		catch (IllegalArgumentException ex) {
			logger.warn("notification '" + method + "' is left out, because it is no " + type.getSimpleName(), ex);
			return null;
		}
	}

	/**
	 * Note that a handler of the app failed, so that its flag keeps its former value, and
	 * the server is told.
	 * @param flagSet the flag set that the handler was called for
	 * @param position the position that it was called for
	 * @param update the update that it was called for, or {@code null} if it was called
	 * for a whole change
	 * @param failure why it failed
	 */
	public void handlerFailed(FlagSetId flagSet, FlagPosition position, @Nullable FlagUpdate<FlagValue> update,
			Throwable failure) {
		this.loop.execute(() -> {
			for (ClientSubscription subscription : this.keeper.subscriptions().all()) {
				if (subscription.settings().flagSet().equals(flagSet)) {
					subscription.replica().handlerFailed(position, update, failure);
				}
			}
		});
	}

	/**
	 * Tells those who wait for the first session or for the end.
	 */
	private final class Waiting implements PushClientListener {

		@Override
		public void statusChanged(ClientStatus status) {
			if (status.isLive()) {
				DefaultPushClient.this.firstLive.tryEmitValue(status);
			}
			else if (status.state() == State.CLOSED) {
				// Whatever fails here, those who wait for the end are told
				try {
					DefaultPushClient.this.firstLive.tryEmitError(new PushClientClosedException(status));
					DefaultPushClient.this.keeping.store();
				}
				finally {
					DefaultPushClient.this.ended.tryEmitEmpty();
				}
			}
		}

	}

}
