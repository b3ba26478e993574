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

package io.realtimepush.session;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.FlagSetObserver;
import io.realtimepush.hub.FlagView;
import io.realtimepush.hub.RingLimits;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * A push handler in virtual time, on a real hub, with two keys of flag set
 * {@code shop/production}: a server key and a client key that sees {@code ui.*}.
 */
final class SessionFixture implements FlagSetObserver, PushSessionListener {

	static final FlagSetId SHOP = FlagSetId.of("shop/production");

	static final String SERVER_KEY = "sdk-server-sample";

	static final String CLIENT_KEY = "sdk-client-sample";

	static final FlagFilter UI = FlagFilter.of(List.of("ui.*"));

	static final Peer PEER = new Peer(InetAddress.getLoopbackAddress(), null, false);

	final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	final FlagHub hub = new FlagHub(RingLimits.DEFAULT);

	final InMemorySdkKeyRegistry keys = new InMemorySdkKeyRegistry(
			List.of(new SdkKeyDetails(SdkKey.server(SERVER_KEY), SHOP, FlagFilter.all(), Set.of()),
					new SdkKeyDetails(SdkKey.client(CLIENT_KEY), SHOP, UI, Set.of())));

	/** Fails for those that follow the keys. */
	Sinks.Empty<SdkKey> registryFails = Sinks.empty();

	/** Answers in place of the keys. */
	@Nullable Mono<SdkKeyDetails> found;

	/** Whether the source agrees to a new epoch. */
	boolean renews;

	final List<String> asked = new ArrayList<>();

	final List<String> told = new ArrayList<>();

	final List<PushInterceptor> interceptors = new ArrayList<>();

	@Nullable AccessTokens tokens;

	final List<ClientRequestHandler> requestHandlers = new ArrayList<>();

	SessionLimits limits = SessionLimits.DEFAULT;

	private @Nullable PushHandler handler;

	private @Nullable FlagView own;

	SessionFixture() {
		this.hub.setObserver(this);
	}

	PushHandler handler() {
		if (this.handler == null) {
			SessionSettings settings = new SessionSettings(Duration.ofSeconds(25), Duration.ofSeconds(10),
					Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5), this.limits);
			this.handler = PushHandler.builder(this.hub, new Registry(), SessionFixture::join, this.time)
				.settings(settings)
				.tokens(this.tokens)
				.requests(this.requestHandlers, Duration.ofSeconds(30))
				.interceptors(this.interceptors)
				.listeners(List.of(new ThrowingListener(), this))
				.build();
			this.handler.start();
		}
		return this.handler;
	}

	/** Publish flags {@code limit} and {@code ui.dark}. */
	void publish(long version, long limit, boolean dark) {
		publish("k7", version, limit, dark);
	}

	void publish(String epoch, long version, long limit, boolean dark) {
		Map<String, FlagValue> flags = new LinkedHashMap<>();
		flags.put("limit", FlagValue.of(limit));
		flags.put("ui.dark", FlagValue.of(dark));
		if (this.hub.watched().isEmpty()) {
			this.own = this.hub.acquire(SHOP, FlagFilter.all());
		}
		this.hub.publish(new FlagSnapshot(SHOP, new FlagPosition(epoch, version), FlagSet.of(flags)));
	}

	/** Let go of the view that made the first publication possible. */
	void releaseOwn() {
		if (this.own != null) {
			this.own.release();
			this.own = null;
		}
	}

	void pass(long millis) {
		this.time.advanceTimeBy(Duration.ofMillis(millis));
	}

	static PushRequest request(@Nullable String key, @Nullable String position) {
		return new PushRequest("websocket", (key != null) ? new Credential(key, false) : null, PEER,
				new ClientMessage.Options((position != null) ? FlagPosition.parse(position) : null, null, null), null,
				ClientMessage.ClientInfo.NONE);
	}

	/** Log in and open, with a flag set that is loaded. */
	PushSession open(TestConnection connection, String key, @Nullable String position) {
		PushLogin login = handler().login(request(key, position)).block(Duration.ofSeconds(5));
		return handler().open(login, connection);
	}

	/** Connect without a credential. */
	PushSession connect(TestConnection connection) {
		PendingLogin login = handler().expectHello(request(null, null)).block(Duration.ofSeconds(5));
		return handler().open(login, connection);
	}

	private static Fanout.Membership join(Subscription subscription) {
		Runnable listener = () -> subscription.connection().executor().execute(subscription::catchUp);
		subscription.view().addListener(listener);
		return new Fanout.Membership() {

			@Override
			public void sent() {
			}

			@Override
			public void leave() {
				subscription.view().removeListener(listener);
			}

		};
	}

	@Override
	public void look(FlagSetId flagSet) {
		this.asked.add("look");
	}

	@Override
	public boolean confirmRestore(FlagSetId flagSet, long version) {
		this.asked.add("confirm " + version);
		return this.renews;
	}

	@Override
	public void opened(SessionInfo session) {
		this.told.add("opened " + session.key().kind());
	}

	@Override
	public void acknowledged(SessionInfo session, FlagSetId flagSet, ClientMessage.Ack ack) {
		this.told.add((ack.applied() ? "applied " : "failed ") + flagSet + " " + ack.position()
				+ ((ack.clients() > 1) ? " for " + ack.clients() : ""));
	}

	@Override
	public void closed(SessionInfo session, CloseReason reason) {
		this.told.add("closed " + reason);
	}

	@Override
	public void refused(String transport, CloseReason reason) {
		this.told.add("refused " + reason);
	}

	private final class Registry implements SdkKeyRegistry {

		@Override
		public Mono<SdkKeyDetails> find(String sha256) {
			return (SessionFixture.this.found != null) ? SessionFixture.this.found
					: SessionFixture.this.keys.find(sha256);
		}

		@Override
		public Flux<SdkKey> changes() {
			return SessionFixture.this.keys.changes().takeUntilOther(SessionFixture.this.registryFails.asMono());
		}

	}

	private static final class ThrowingListener implements PushSessionListener {

		@Override
		public void opened(SessionInfo session) {
			throw new IllegalStateException("opened");
		}

		@Override
		public void closed(SessionInfo session, CloseReason reason) {
			throw new IllegalStateException("closed");
		}

		@Override
		public void refused(String transport, CloseReason reason) {
			throw new IllegalStateException("refused");
		}

	}

}
