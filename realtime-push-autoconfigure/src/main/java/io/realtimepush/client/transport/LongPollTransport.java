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

import java.net.URI;
import java.time.Duration;
import java.util.function.Function;

import io.realtimepush.client.ClientTransport;
import io.realtimepush.client.TransportConnection;
import io.realtimepush.client.TransportListener;
import io.realtimepush.client.TransportRequest;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.ServerMessageReader;
import io.realtimepush.protocol.SubscriptionLookup;
import io.realtimepush.protocol.SyncMode;
import org.jspecify.annotations.Nullable;

/**
 * Long-poll. The first poll is answered at once, which tells that the server is there;
 * each further one carries the position that the client is at by then.
 *
 * @since 0.1.0
 */
public final class LongPollTransport implements ClientTransport {

	private static final Duration DEFAULT_WAIT = Duration.ofSeconds(25);

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

	/** What is answered at once and leads nowhere is not asked again at once. */
	private static final Duration PAUSE = Duration.ofSeconds(1);

	private static final String SESSION = "Realtime-Push-Session";

	private final String name;

	private final ClientHttp http;

	private final Function<URI, HttpWay> ways;

	/**
	 * Create the transport over TCP.
	 * @param http what connects
	 */
	public LongPollTransport(ClientHttp http) {
		this(LONG_POLL, http, (endpoint) -> new TcpWay(http));
	}

	private LongPollTransport(String name, ClientHttp http, Function<URI, HttpWay> ways) {
		this.name = name;
		this.http = http;
		this.ways = ways;
	}

	/**
	 * Create the transport over HTTP/3, for which the native library has to be there.
	 * @param http what is common to all connections
	 * @param connectTimeout how long the QUIC handshake may take
	 * @return the transport
	 */
	public static LongPollTransport overHttp3(ClientHttp http, Duration connectTimeout) {
		return new LongPollTransport(LONG_POLL_H3, http, (endpoint) -> new Http3Way(http, endpoint, connectTimeout));
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public TransportConnection open(TransportRequest request, TransportListener listener) {
		HttpWay way = this.ways.apply(request.endpoint());
		return new OneWayConnection(this.http.loop(), way, request, listener,
				(wish, told) -> new Stream(way, request, wish, told))
			.start();
	}

	private final class Stream extends AbstractFlagStream {

		private final HttpWay way;

		private final Duration wait;

		private @Nullable String session;

		private boolean opened;

		Stream(HttpWay way, TransportRequest request, Wish wish, Listener listener) {
			super(request, wish, listener);
			this.way = way;
			Duration wanted = (request.heartbeat() != null) ? request.heartbeat() : DEFAULT_WAIT;
			this.wait = (wanted.compareTo(LONGEST_WAIT) < 0) ? wanted : LONGEST_WAIT;
		}

		@Override
		public void start() {
			poll(Duration.ZERO);
		}

		private void poll(Duration patience) {
			if (isStopped()) {
				return;
			}
			FlagPosition from = position();
			HttpQuery query = new HttpQuery().add(this.wish.options().at(from, this.wish.options().mode()))
				.add("wait", patience)
				.add("instance", this.wish.instance());
			HttpCall call = HttpCall
				.get(this.request.endpoint(), "poll", query, this.wish.credential().get(), timeout())
				.header(SESSION, this.session);
			long since = System.nanoTime();
			doing(this.way.poll(call)
				.subscribe((answer) -> answered(answer, from, since), (ex) -> end(HttpFailures.of(ex))));
		}

		/** The position of now, not that of the login. */
		private @Nullable FlagPosition position() {
			SubscriptionLookup.Subscribed subscribed = this.wish.subscriptions().find(null);
			return (subscribed != null) ? subscribed.position() : this.wish.options().position();
		}

		private Duration timeout() {
			return this.wait.multipliedBy(5).dividedBy(2);
		}

		private void answered(HttpAnswer answer, @Nullable FlagPosition from, long since) {
			if (isStopped()) {
				return;
			}
			if (!answer.isOk()) {
				end(answer.toFailure());
				return;
			}
			try {
				received(answer);
			}
			catch (RuntimeException ex) {
				end(HttpFailures.of(ex));
				return;
			}
			// What was received has been dealt with by then
			LongPollTransport.this.http.loop().execute(() -> pollAgain(from, since));
		}

		private void received(HttpAnswer answer) {
			ServerMessage message = ServerMessageReader.read(answer.body(), this.wish.subscriptions());
			String named = answer.headers().get(SESSION);
			this.session = (named != null) ? named : this.session;
			if (!this.opened) {
				this.opened = true;
				this.listener.opened();
				SyncMode mode = this.wish.options().mode();
				this.listener.received(new ServerMessage.Welcome((named != null) ? named : "", this.wait.toMillis(),
						(mode != null) ? mode : SyncMode.DELTA, null, null));
			}
			this.listener.received(message);
		}

		private void pollAgain(@Nullable FlagPosition from, long since) {
			FlagPosition present = position();
			boolean moved = (present != null) ? !present.equals(from) : from != null;
			boolean waited = System.nanoTime() - since > this.wait.toNanos() / 2;
			if (moved || waited || isStopped()) {
				poll(this.wait);
			}
			else {
				doing(LongPollTransport.this.http.loop().schedule(PAUSE, () -> poll(this.wait)));
			}
		}

		@Override
		public @Nullable String session() {
			return this.session;
		}

	}

}
