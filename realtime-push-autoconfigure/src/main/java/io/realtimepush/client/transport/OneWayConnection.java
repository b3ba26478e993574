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

package io.realtimepush.client.transport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;

import io.realtimepush.client.ConnectFailure;
import io.realtimepush.client.ConnectFailure.Kind;
import io.realtimepush.client.TransportConnection;
import io.realtimepush.client.TransportListener;
import io.realtimepush.client.TransportRequest;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.ClientMessageWriter;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.ServerMessageReader;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * A connection over a transport that carries messages one way and for one subscription: a
 * stream for each subscription, and a request of its own for each message that goes up.
 * <p>
 * Touched on the event loop only.
 */
final class OneWayConnection implements TransportConnection {

	private static final Log logger = LogFactory.getLog(OneWayConnection.class);

	private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

	/** The heartbeat interval as long as the server has said nothing. */
	private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(60);

	private final NettyClientLoop loop;

	private final HttpWay way;

	private final TransportRequest request;

	private final TransportListener listener;

	private final BiFunction<FlagStream.Wish, FlagStream.Listener, FlagStream> streams;

	private final Map<String, Further> further = new LinkedHashMap<>();

	private @Nullable FlagStream first;

	private boolean ended;

	/**
	 * Create a connection.
	 * @param loop where it lives
	 * @param way what connects, and is closed at the end
	 * @param request where to, and who is there
	 * @param listener is told what happens
	 * @param streams makes streams
	 */
	OneWayConnection(NettyClientLoop loop, HttpWay way, TransportRequest request, TransportListener listener,
			BiFunction<FlagStream.Wish, FlagStream.Listener, FlagStream> streams) {
		this.loop = loop;
		this.way = way;
		this.request = request;
		this.listener = listener;
		this.streams = streams;
	}

	TransportConnection start() {
		FlagStream.Wish wish = new FlagStream.Wish(this.request.credential(), this.request.options(),
				this.request.subscriptions(), this.request.client().instance());
		FlagStream stream = this.streams.apply(wish, new First());
		this.first = stream;
		// Not within the call that opens the connection
		this.loop.execute(stream::start);
		return this;
	}

	@Override
	public boolean send(ClientMessage message) {
		if (message instanceof ClientMessage.Ack ack) {
			acknowledge(ack);
		}
		else if (message instanceof ClientMessage.Request call) {
			call(call);
		}
		else if (message instanceof ClientMessage.Subscribe subscribe) {
			subscribe(subscribe);
		}
		else if (message instanceof ClientMessage.Unsubscribe unsubscribe) {
			stop(unsubscribe.sub());
		}
		else {
			return false;
		}
		return true;
	}

	private void subscribe(ClientMessage.Subscribe subscribe) {
		String sub = subscribe.sub();
		stop(sub);
		FlagStream.Wish wish = new FlagStream.Wish(subscribe::key, subscribe.options(),
				(any) -> this.request.subscriptions().find(sub), null);
		Further next = new Further(sub, wish.credential());
		this.further.put(sub, next);
		next.start(this.streams.apply(wish, next));
	}

	private void stop(String sub) {
		Further present = this.further.remove(sub);
		if (present != null) {
			present.stop();
		}
	}

	private @Nullable String session(@Nullable String sub) {
		if (sub == null) {
			return (this.first != null) ? this.first.session() : null;
		}
		Further present = this.further.get(sub);
		return (present != null) ? present.session() : null;
	}

	/** The key says which flag set an acknowledgement is of. */
	private @Nullable Supplier<String> credential(@Nullable String sub) {
		if (sub == null) {
			return this.request.credential();
		}
		Further present = this.further.get(sub);
		return (present != null) ? present.credential : null;
	}

	private void acknowledge(ClientMessage.Ack ack) {
		Supplier<String> credential = credential(ack.sub());
		String session = session(ack.sub());
		String instance = this.request.client().instance();
		if (credential == null || (session == null && instance == null)) {
			return;
		}
		byte[] body = ClientMessageWriter.writeAck(session, (session != null) ? null : instance, ack);
		this.way.exchange(post("ack", credential, body)).subscribe((answer) -> {
		}, (ex) -> logger.debug("an acknowledgement did not get through", ex));
	}

	private void call(ClientMessage.Request call) {
		this.way.exchange(post("request", this.request.credential(), ClientMessageWriter.write(call)))
			.map((answer) -> response(call, answer))
			.onErrorResume((ex) -> Mono.just(failed(call, HttpFailures.of(ex))))
			.subscribe((response) -> this.listener.receivedBeside(null, response));
	}

	private ServerMessage response(ClientMessage.Request call, HttpAnswer answer) {
		if (!answer.isOk()) {
			return failed(call, answer.toFailure());
		}
		ServerMessage message = ServerMessageReader.read(answer.body(), this.request.subscriptions());
		return (message instanceof ServerMessage.Response) ? message
				: failed(call, new ConnectFailure(Kind.BROKEN, "bad_message", "the answer is no response"));
	}

	private static ServerMessage failed(ClientMessage.Request call, ConnectFailure failure) {
		return new ServerMessage.Response(call.id(), FlagValue.NULL,
				new ServerMessage.RequestError(failure.code(), failure.message()));
	}

	/** The server finds by key and instance whose session it is. */
	private HttpCall post(String path, Supplier<String> credential, byte[] body) {
		HttpQuery query = new HttpQuery().add("instance", this.request.client().instance());
		return HttpCall.post(this.request.endpoint(), path, query, credential.get(), body, CALL_TIMEOUT);
	}

	@Override
	public void close() {
		end(new ConnectFailure(Kind.LEFT, "closed", "closed by the client"));
	}

	private void end(ConnectFailure failure) {
		if (this.ended) {
			return;
		}
		this.ended = true;
		if (this.first != null) {
			this.first.stop();
		}
		new ArrayList<>(this.further.keySet()).forEach(this::stop);
		this.way.close();
		this.listener.closed(failure);
	}

	private final class First implements FlagStream.Listener {

		@Override
		public void opened() {
			OneWayConnection.this.listener.opened();
		}

		@Override
		public void received(ServerMessage message) {
			OneWayConnection.this.listener.received(null, message);
		}

		@Override
		public void ended(ConnectFailure failure) {
			end(failure);
		}

	}

	/**
	 * The stream of a further subscription. The session watches over the first stream
	 * only, so this one does for itself.
	 */
	private final class Further implements FlagStream.Listener {

		private final String sub;

		private final Supplier<String> credential;

		private Disposable timer = Disposables.disposed();

		private Duration limit = limit(DEFAULT_INTERVAL);

		private long lastHeard;

		private @Nullable FlagStream stream;

		Further(String sub, Supplier<String> credential) {
			this.sub = sub;
			this.credential = credential;
		}

		void start(FlagStream started) {
			this.stream = started;
			this.lastHeard = now();
			watch(this.limit);
			started.start();
		}

		void stop() {
			this.timer.dispose();
			if (this.stream != null) {
				this.stream.stop();
			}
		}

		@Nullable String session() {
			return (this.stream != null) ? this.stream.session() : null;
		}

		private void watch(Duration delay) {
			this.timer = OneWayConnection.this.loop.schedule(delay, () -> {
				Duration left = this.limit.minusNanos(now() - this.lastHeard);
				if (left.compareTo(Duration.ZERO) > 0) {
					watch(left);
				}
				else {
					ended(new ConnectFailure(Kind.BROKEN, "silent",
							"nothing was heard for " + this.limit.toMillis() + "ms"));
				}
			});
		}

		private static Duration limit(Duration interval) {
			return interval.multipliedBy(5).dividedBy(2);
		}

		private long now() {
			return OneWayConnection.this.loop.nanoTime();
		}

		@Override
		public void opened() {
		}

		/** That it is to leave, and come back, concerns this stream alone. */
		@Override
		public void received(ServerMessage message) {
			this.lastHeard = now();
			if (message instanceof ServerMessage.GoAway goAway) {
				ended(ConnectFailure.of(goAway));
			}
			else if (message instanceof ServerMessage.Closed closed) {
				ended(ConnectFailure.of(closed));
			}
			else {
				if (message instanceof ServerMessage.Welcome welcome) {
					this.limit = limit(Duration.ofMillis(Math.max(welcome.heartbeat(), 1_000)));
					this.timer.dispose();
					watch(this.limit);
				}
				OneWayConnection.this.listener.receivedBeside(this.sub, message);
			}
		}

		@Override
		public void ended(ConnectFailure failure) {
			if (OneWayConnection.this.further.remove(this.sub, this)) {
				stop();
				OneWayConnection.this.listener.subscriptionEnded(this.sub, failure);
			}
		}

	}

}
