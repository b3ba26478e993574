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

package io.realtimepush.transport.channel;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.websocket.server.ServerContainer;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.WebsocketServerSpec;

import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.upgrade.StandardWebSocketUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;

/**
 * The opening handshake of WebSockets whose channel is not handed over, by the WebSocket
 * support of Spring WebFlux and the web server.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class ServedHandshake {

	/** Time for the server to open a connection that it has agreed to. */
	private static final int OPEN_TIMEOUT_SECONDS = 10;

	private final SingletonSupplier<HandshakeWebSocketService> onReactorNetty;

	private final SingletonSupplier<HandshakeWebSocketService> onOthers;

	/**
	 * Create handshakes.
	 * @param maxMessageBytes the largest message of a client in bytes
	 */
	public ServedHandshake(int maxMessageBytes) {
		this.onReactorNetty = SingletonSupplier
			.of(() -> new HandshakeWebSocketService(new ReactorNettyRequestUpgradeStrategy(
					() -> WebsocketServerSpec.builder().maxFramePayloadLength(maxMessageBytes).handlePing(true))));
		this.onOthers = SingletonSupplier.of(() -> new HandshakeWebSocketService(otherStrategy(maxMessageBytes)));
	}

	/** Spring takes Reactor Netty for the server whenever it is on the class path. */
	private static RequestUpgradeStrategy otherStrategy(int maxMessageBytes) {
		RequestUpgradeStrategy detected = new HandshakeWebSocketService().getUpgradeStrategy();
		if (!(detected instanceof ReactorNettyRequestUpgradeStrategy)) {
			return detected;
		}
		return new ContainerUpgradeStrategy(maxMessageBytes);
	}

	/**
	 * Agree, and have the WebSocket handled.
	 * @param exchange the exchange
	 * @param handler given the WebSocket when it is open
	 * @return completes when the exchange has ended
	 */
	public Mono<Void> perform(ServerWebExchange exchange, WebSocketHandler handler) {
		boolean reactorNetty = NativeResponse.channel(exchange.getResponse()) != null;
		return (reactorNetty ? this.onReactorNetty : this.onOthers).obtain().handleRequest(exchange, handler);
	}

	/**
	 * Agree, and have the WebSocket handled, or learn that it does not open.
	 * @param exchange the exchange
	 * @param handler given the WebSocket when it is open
	 * @param failed run if it is not opened in time; the handler is not called then
	 * @return completes when the exchange has ended
	 */
	public Mono<Void> perform(ServerWebExchange exchange, WebSocketHandler handler, Runnable failed) {
		AtomicBoolean decided = new AtomicBoolean();
		Runnable notOpened = () -> {
			if (decided.compareAndSet(false, true)) {
				failed.run();
			}
		};
		return perform(exchange, new WebSocketHandler() {

			@Override
			public List<String> getSubProtocols() {
				return handler.getSubProtocols();
			}

			@Override
			public Mono<Void> handle(WebSocketSession session) {
				return decided.compareAndSet(false, true) ? handler.handle(session) : session.close();
			}

		}).doOnError((ex) -> notOpened.run())
			.doOnCancel(notOpened)
			// Some servers open the connection only after the exchange, or not at all
			.doOnSuccess((done) -> Schedulers.parallel().schedule(notOpened, OPEN_TIMEOUT_SECONDS, TimeUnit.SECONDS));
	}

	/**
	 * Upgrades by the container, whose limits hold for all WebSockets of the app: they
	 * are raised where they are lower than ours, and never lowered.
	 */
	private static final class ContainerUpgradeStrategy extends StandardWebSocketUpgradeStrategy {

		private final int maxMessageBytes;

		ContainerUpgradeStrategy(int maxMessageBytes) {
			this.maxMessageBytes = maxMessageBytes;
		}

		@Override
		protected ServerContainer getContainer(HttpServletRequest request) {
			ServerContainer container = super.getContainer(request);
			if (container.getDefaultMaxTextMessageBufferSize() < this.maxMessageBytes) {
				container.setDefaultMaxTextMessageBufferSize(this.maxMessageBytes);
			}
			if (container.getDefaultMaxBinaryMessageBufferSize() < this.maxMessageBytes) {
				container.setDefaultMaxBinaryMessageBufferSize(this.maxMessageBytes);
			}
			return container;
		}

	}

}
