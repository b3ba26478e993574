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
import java.util.concurrent.ThreadLocalRandom;

import io.netty.handler.codec.http.HttpHeaderNames;
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
 * The last resort where nothing else gets through: the flag set is asked for every few
 * seconds, and not sent again if it is the same.
 *
 * @since 0.1.0
 */
public final class PullTransport implements ClientTransport {

	private static final Duration TIMEOUT = Duration.ofSeconds(15);

	private static final int NOT_MODIFIED = 304;

	private final ClientHttp http;

	private final Duration interval;

	/**
	 * Create the transport.
	 * @param http what connects
	 * @param interval the time between two questions, varied by a fifth
	 */
	public PullTransport(ClientHttp http, Duration interval) {
		this.http = http;
		this.interval = interval;
	}

	@Override
	public String name() {
		return PULL;
	}

	@Override
	public TransportConnection open(TransportRequest request, TransportListener listener) {
		return new OneWayConnection(this.http.loop(), new TcpWay(this.http), request, listener,
				(wish, told) -> new Stream(request, wish, told))
			.start();
	}

	private final class Stream extends AbstractFlagStream {

		private boolean opened;

		Stream(TransportRequest request, Wish wish, Listener listener) {
			super(request, wish, listener);
		}

		@Override
		public void start() {
			if (isStopped()) {
				return;
			}
			SubscriptionLookup.Subscribed subscribed = this.wish.subscriptions().find(null);
			FlagPosition position = (subscribed != null) ? subscribed.position() : null;
			HttpQuery query = new HttpQuery().add(this.wish.options().at(position, null));
			HttpCall call = HttpCall.get(this.request.endpoint(), "flags", query, this.wish.credential().get(), TIMEOUT)
				.header(HttpHeaderNames.IF_NONE_MATCH.toString(), (position != null) ? "\"" + position + "\"" : null);
			doing(PullTransport.this.http.exchange(call)
				.subscribe((answer) -> answered(answer, position), (ex) -> end(HttpFailures.of(ex))));
		}

		private void answered(HttpAnswer answer, @Nullable FlagPosition position) {
			if (isStopped()) {
				return;
			}
			boolean unchanged = answer.status() == NOT_MODIFIED;
			if (!unchanged && !answer.isOk()) {
				end(answer.toFailure());
				return;
			}
			try {
				open();
				this.listener.received((unchanged && position != null) ? new ServerMessage.Heartbeat(position, null)
						: ServerMessageReader.read(answer.body(), this.wish.subscriptions()));
			}
			catch (RuntimeException ex) {
				end(HttpFailures.of(ex));
				return;
			}
			double varied = 0.8 + 0.4 * ThreadLocalRandom.current().nextDouble();
			Duration delay = Duration.ofNanos((long) (PullTransport.this.interval.toNanos() * varied));
			doing(PullTransport.this.http.loop().schedule(delay, this::start));
		}

		private void open() {
			if (!this.opened) {
				this.opened = true;
				this.listener.opened();
				this.listener.received(new ServerMessage.Welcome("", 2 * PullTransport.this.interval.toMillis(),
						SyncMode.DELTA, null, null));
			}
		}

	}

}
