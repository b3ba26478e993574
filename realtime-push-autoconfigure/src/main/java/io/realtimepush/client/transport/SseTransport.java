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

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.realtimepush.client.ClientTransport;
import io.realtimepush.client.ConnectFailedException;
import io.realtimepush.client.ConnectFailure;
import io.realtimepush.client.ConnectFailure.Kind;
import io.realtimepush.client.TransportConnection;
import io.realtimepush.client.TransportListener;
import io.realtimepush.client.TransportRequest;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.ServerMessageReader;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Server-sent events, over HTTP/2 where the server offers it, or over HTTP/3.
 *
 * @since 0.1.0
 */
public final class SseTransport implements ClientTransport {

	private static final String EVENT_STREAM = "text/event-stream";

	private static final int MAX_PROBLEM_SIZE = 65_536;

	private final String name;

	private final ClientHttp http;

	private final Function<URI, HttpWay> ways;

	/**
	 * Create the transport over TCP.
	 * @param http what connects
	 */
	public SseTransport(ClientHttp http) {
		this(SSE, http, (endpoint) -> new TcpWay(http));
	}

	private SseTransport(String name, ClientHttp http, Function<URI, HttpWay> ways) {
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
	public static SseTransport overHttp3(ClientHttp http, Duration connectTimeout) {
		return new SseTransport(SSE_H3, http, (endpoint) -> new Http3Way(http, endpoint, connectTimeout));
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

	private final class Stream extends AbstractFlagStream implements HttpWay.AnswerReader {

		private final HttpWay way;

		private final SseParser parser = new SseParser(SseTransport.this.http.maxMessageSize(), this::receive);

		/** The answer, if it is none with events. */
		private @Nullable WholeAnswer refusal;

		private @Nullable String session;

		Stream(HttpWay way, TransportRequest request, Wish wish, Listener listener) {
			super(request, wish, listener);
			this.way = way;
		}

		@Override
		public void start() {
			if (isStopped()) {
				return;
			}
			HttpQuery query = new HttpQuery().add(this.wish.options())
				.add("heartbeat", heartbeat())
				.add("instance", this.wish.instance());
			HttpCall call = HttpCall
				.get(this.request.endpoint(), "sse", query, this.wish.credential().get(), Duration.ZERO)
				.header(HttpHeaderNames.ACCEPT.toString(), EVENT_STREAM)
				.header(HttpHeaderNames.CACHE_CONTROL.toString(), "no-store");
			doing(this.way.stream(call, this)
				.then(Mono.fromCallable(this::ending))
				.subscribe(this::end, (ex) -> end(HttpFailures.of(ex))));
		}

		private @Nullable Duration heartbeat() {
			Duration wished = this.request.heartbeat();
			Duration longest = this.way.longestSilence();
			return (wished != null && wished.compareTo(longest) > 0) ? longest : wished;
		}

		private ConnectFailure ending() throws IOException {
			WholeAnswer refused = this.refusal;
			return (refused != null) ? refused.get().toFailure()
					: new ConnectFailure(Kind.BROKEN, "broken", "the server has ended the stream");
		}

		@Override
		public void head(int status, HttpHeaders headers) {
			if (status != 200) {
				this.refusal = new WholeAnswer(MAX_PROBLEM_SIZE);
				this.refusal.head(status, headers);
				return;
			}
			String type = String.valueOf(headers.get(HttpHeaderNames.CONTENT_TYPE));
			if (!type.toLowerCase(Locale.ROOT).startsWith(EVENT_STREAM)) {
				throw new ConnectFailedException(new ConnectFailure(Kind.UNFIT, "no_event_stream",
						"the answer is of type " + type + ", which is no event stream"));
			}
			this.listener.opened();
		}

		@Override
		public void body(byte[] part) {
			if (this.refusal != null) {
				this.refusal.body(part);
			}
			else {
				this.parser.feed(part);
			}
		}

		private void receive(byte[] data) {
			if (isStopped()) {
				return;
			}
			ServerMessage message = ServerMessageReader.read(data, this.wish.subscriptions());
			if (message instanceof ServerMessage.Welcome welcome) {
				this.session = welcome.session();
			}
			this.listener.received(message);
		}

		@Override
		public @Nullable String session() {
			return this.session;
		}

	}

}
