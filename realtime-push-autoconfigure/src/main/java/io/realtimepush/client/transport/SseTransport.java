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

import java.util.Locale;

import io.netty.handler.codec.http.HttpHeaderNames;
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
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClientResponse;

/**
 * Server-sent events, over HTTP/2 where the server offers it.
 *
 * @since 0.1.0
 */
public final class SseTransport implements ClientTransport {

	private static final String EVENT_STREAM = "text/event-stream";

	private static final int MAX_PROBLEM_SIZE = 65_536;

	private final ClientHttp http;

	/**
	 * Create the transport.
	 * @param http what connects
	 */
	public SseTransport(ClientHttp http) {
		this.http = http;
	}

	@Override
	public String name() {
		return SSE;
	}

	@Override
	public TransportConnection open(TransportRequest request, TransportListener listener) {
		return new OneWayConnection(this.http, request, listener, (wish, told) -> new Stream(request, wish, told))
			.start();
	}

	private final class Stream extends AbstractFlagStream {

		private final SseParser parser = new SseParser(SseTransport.this.http.maxMessageSize(), this::receive);

		private @Nullable String session;

		Stream(TransportRequest request, Wish wish, Listener listener) {
			super(request, wish, listener);
		}

		@Override
		public void start() {
			if (isStopped()) {
				return;
			}
			String url = new HttpQuery().add(this.wish.options())
				.add("heartbeat", this.request.heartbeat())
				.add("instance", this.request.client().instance())
				.url(this.request.endpoint(), "sse");
			doing(SseTransport.this.http.single(this.request.endpoint(), HttpProtocol.H2, HttpProtocol.HTTP11)
				.compress(true)
				.headers((headers) -> headers
					.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + this.wish.credential().get())
					.set(HttpHeaderNames.ACCEPT, EVENT_STREAM)
					.set(HttpHeaderNames.CACHE_CONTROL, "no-store"))
				.get()
				.uri(url)
				.response(this::read)
				.subscribe((nothing) -> {
				}, (ex) -> end(HttpFailures.of(ex)),
						() -> end(new ConnectFailure(Kind.BROKEN, "broken", "the server has ended the stream"))));
		}

		private Publisher<Void> read(HttpClientResponse response, ByteBufFlux content) {
			int status = response.status().code();
			if (status != 200) {
				return ClientHttp.collect(content, MAX_PROBLEM_SIZE)
					.flatMap((body) -> Mono.error(new ConnectFailedException(
							new HttpAnswer(status, response.responseHeaders(), body).toFailure())));
			}
			String type = String.valueOf(response.responseHeaders().get(HttpHeaderNames.CONTENT_TYPE));
			if (!type.toLowerCase(Locale.ROOT).startsWith(EVENT_STREAM)) {
				return Mono.error(new ConnectFailedException(new ConnectFailure(Kind.UNFIT, "no_event_stream",
						"the answer is of type " + type + ", which is no event stream")));
			}
			this.listener.opened();
			return content.asByteArray().doOnNext(this.parser::feed).then();
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
