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

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.realtimepush.client.ClientTransport;
import io.realtimepush.client.ConnectFailure;
import io.realtimepush.client.ConnectFailure.Kind;
import io.realtimepush.client.TransportConnection;
import io.realtimepush.client.TransportListener;
import io.realtimepush.client.TransportRequest;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.MessageEncoding;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.ServerMessageReader;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.websocket.WebsocketInbound;

/**
 * WebSocket. No key stands in the upgrade; the first message is {@code hello}. Messages
 * may be compressed, each for itself.
 *
 * @since 0.1.0
 */
public final class WebSocketTransport implements ClientTransport {

	private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(500);

	private static final String CLOSED_BY_THE_CLIENT = "closed by the client";

	private final ClientHttp http;

	private final MessageEncoding wished;

	/**
	 * Create the transport.
	 * @param http what connects
	 * @param wished how messages are written, if the server can do so; else in JSON
	 */
	public WebSocketTransport(ClientHttp http, MessageEncoding wished) {
		this.http = http;
		this.wished = wished;
	}

	private WebsocketClientSpec spec(int limit) {
		String json = MessageEncoding.JSON.subprotocol();
		return WebsocketClientSpec.builder()
			.protocols((this.wished != MessageEncoding.JSON) ? this.wished.subprotocol() + "," + json : json)
			.maxFramePayloadLength(limit)
			.compress(true)
			.maxDecompressionBufferSize(limit)
			.compressionAllowClientNoContext(true)
			.compressionRequestedServerNoContext(true)
			.build();
	}

	@Override
	public String name() {
		return WEB_SOCKET;
	}

	@Override
	public TransportConnection open(TransportRequest request, TransportListener listener) {
		Connection connection = new Connection(request, listener);
		connection.connect();
		return connection;
	}

	/**
	 * Touched on the event loop only.
	 */
	private final class Connection implements TransportConnection {

		private final TransportRequest request;

		private final TransportListener listener;

		private Disposable connecting = Disposables.disposed();

		private @Nullable Channel channel;

		private MessageEncoding encoding = MessageEncoding.JSON;

		private @Nullable WebSocketCloseStatus closeStatus;

		private boolean ended;

		Connection(TransportRequest request, TransportListener listener) {
			this.request = request;
			this.listener = listener;
		}

		void connect() {
			int limit = WebSocketTransport.this.http.maxMessageSize();
			URI endpoint = this.request.endpoint();
			this.connecting = WebSocketTransport.this.http.single(endpoint, HttpProtocol.HTTP11)
				.websocket(spec(limit))
				.uri("ws" + new HttpQuery().url(endpoint, "ws").substring("http".length()))
				.handle((in, out) -> run(in, limit))
				.subscribe((nothing) -> {
				}, (ex) -> end(HttpFailures.of(ex)), () -> end(ending()));
		}

		private Publisher<Void> run(WebsocketInbound in, int limit) {
			in.withConnection((connection) -> this.channel = connection.channel());
			MessageEncoding offered = WebSocketTransport.this.wished;
			if (offered.subprotocol().equals(in.selectedSubprotocol())) {
				this.encoding = offered;
			}
			in.receiveCloseStatus().subscribe((status) -> this.closeStatus = status, (ex) -> {
			});
			this.listener.opened();
			Duration heartbeat = this.request.heartbeat();
			send(new ClientMessage.Hello(this.request.credential().get(), this.request.options(),
					(heartbeat != null) ? heartbeat.toMillis() : null, this.request.client()));
			return in.aggregateFrames(limit).receive().asByteArray().doOnNext(this::receive).then();
		}

		private void receive(byte[] bytes) {
			if (!this.ended) {
				ServerMessage message = ServerMessageReader.read(this.encoding.toJson(bytes),
						this.request.subscriptions());
				this.listener.received(message.sub(), message);
			}
		}

		private ConnectFailure ending() {
			WebSocketCloseStatus status = this.closeStatus;
			return (status != null && status.code() != WebSocketCloseStatus.ABNORMAL_CLOSURE.code())
					? ConnectFailure.ofCloseCode(status.code(), status.reasonText())
					: new ConnectFailure(Kind.BROKEN, "broken", "the connection was lost");
		}

		@Override
		public boolean send(ClientMessage message) {
			Channel present = this.channel;
			if (present != null && !this.ended) {
				ByteBuf payload = Unpooled.wrappedBuffer(this.encoding.write(message));
				present.writeAndFlush(
						this.encoding.isBinary() ? new BinaryWebSocketFrame(payload) : new TextWebSocketFrame(payload));
			}
			return true;
		}

		@Override
		public void close() {
			Channel present = this.channel;
			if (present == null || !present.isActive()) {
				this.connecting.dispose();
				end(new ConnectFailure(Kind.LEFT, "closed", CLOSED_BY_THE_CLIENT));
				return;
			}
			present.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE))
				.addListener((written) -> drop());
			WebSocketTransport.this.http.loop().schedule(CLOSE_TIMEOUT, this::drop);
		}

		private void drop() {
			Channel present = this.channel;
			if (present != null) {
				present.close();
			}
			this.connecting.dispose();
			end(new ConnectFailure(Kind.LEFT, "closed", CLOSED_BY_THE_CLIENT));
		}

		private void end(ConnectFailure failure) {
			if (!this.ended) {
				this.ended = true;
				this.listener.closed(failure);
			}
		}

	}

}
