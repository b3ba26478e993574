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

package io.realtimepush.transport.engineio;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketMessage.Type;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * A WebSocket that the web server goes on serving.
 */
final class ServedSocket implements EngineSocket {

	private final EventExecutor executor;

	private final WebSocketSession delegate;

	private final EngineOptions options;

	private final Sinks.Many<WebSocketMessage> outbound = Sinks.many().unicast().onBackpressureBuffer();

	/** Ends the sending whatever waits. */
	private final Sinks.Empty<WebSocketMessage> aborted = Sinks.empty();

	/** What the server has not asked for yet, in bytes. */
	private final AtomicLong waiting = new AtomicLong();

	private final Inbound inbound = new Inbound();

	private volatile @Nullable EngineSession session;

	/** Confined to the executor. */
	private boolean closing;

	private volatile CloseStatus closeStatus = CloseStatus.NORMAL;

	ServedSocket(EventExecutor executor, WebSocketSession delegate, EngineOptions options) {
		this.executor = executor;
		this.delegate = delegate;
		this.options = options;
	}

	/** Serve the WebSocket; completes when it has ended. */
	Mono<Void> serve(Consumer<EngineSocket> opened) {
		Mono<Void> sending = this.delegate.send(this.outbound.asFlux()
			.takeUntilOther(this.aborted.asMono())
			.doOnNext((message) -> this.waiting.addAndGet(-message.getPayload().readableByteCount()))
			.doOnDiscard(WebSocketMessage.class, WebSocketMessage::release));
		this.executor.execute(() -> {
			opened.accept(this);
			this.delegate.receive().subscribe(this.inbound);
		});
		return sending.then(Mono.defer(() -> this.delegate.close(this.closeStatus)))
			.onErrorResume((ex) -> Mono.empty())
			.doFinally((signal) -> tellEnd(EngineCloseReason.TRANSPORT_CLOSE));
	}

	@Override
	public EventExecutor executor() {
		return this.executor;
	}

	@Override
	public void attach(EngineSession taken) {
		this.session = taken;
	}

	@Override
	public void write(EngineMessage message) {
		if (!this.executor.inEventLoop()) {
			this.executor.execute(() -> write(message));
			return;
		}
		EngineSession present = this.session;
		if (this.waiting.get() > this.options.maxBuffer() && present != null && !this.closing) {
			this.closing = true;
			present.execute(() -> present.slow(this));
		}
		if (this.closing) {
			return;
		}
		byte[] text = message.text();
		if (text != null) {
			emit(Type.TEXT, text);
		}
		message.attachments().forEach((attachment) -> emit(Type.BINARY, attachment));
	}

	private void emit(Type type, byte[] payload) {
		DataBufferFactory factory = this.delegate.bufferFactory();
		this.waiting.addAndGet(payload.length);
		this.outbound.tryEmitNext(new WebSocketMessage(type, factory.wrap(payload)));
	}

	@Override
	public boolean writeShared(EngineMessage message, ByteBuf frames) {
		write(message);
		return true;
	}

	@Override
	public void close(EngineCloseReason reason) {
		end(new CloseStatus(reason.closeCode(), reason.text()));
	}

	private void end(CloseStatus status) {
		this.executor.execute(() -> {
			if (!this.closing) {
				this.closing = true;
				this.closeStatus = status;
				this.outbound.tryEmitComplete();
			}
		});
	}

	@Override
	public void abort() {
		this.executor.execute(() -> {
			this.closing = true;
			this.inbound.cancel();
			// Not behind what waits, which a client that reads nothing never takes
			this.aborted.tryEmitError(new IllegalStateException("the client takes no data"));
		});
	}

	private void tellEnd(EngineCloseReason reason) {
		EngineSession present = this.session;
		if (present != null) {
			present.execute(() -> present.disconnected(this, reason));
		}
	}

	/**
	 * Takes the messages of the client, one after another.
	 */
	private final class Inbound extends BaseSubscriber<WebSocketMessage> {

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			request(1);
		}

		@Override
		protected void hookOnNext(WebSocketMessage message) {
			DataBuffer payload = message.getPayload();
			// The payload is released by who emits it
			byte[] bytes = new byte[Math.min(payload.readableByteCount(), ServedSocket.this.options.maxPayload() + 1)];
			payload.read(bytes);
			EngineSession present = ServedSocket.this.session;
			if (present == null) {
				request(1);
				return;
			}
			present.execute(() -> {
				take(present, message.getType(), bytes);
				request(1);
			});
		}

		private void take(EngineSession present, Type type, byte[] bytes) {
			if (bytes.length > ServedSocket.this.options.maxPayload()) {
				end(CloseStatus.TOO_BIG_TO_PROCESS);
				present.disconnected(ServedSocket.this, EngineCloseReason.PARSE_ERROR);
			}
			else if (type == Type.TEXT) {
				present.received(ServedSocket.this, new String(bytes, StandardCharsets.UTF_8));
			}
			else if (type == Type.BINARY) {
				present.received(ServedSocket.this, bytes);
			}
			else if (type == Type.PING && present.countsPacket()) {
				ServedSocket.this.executor.execute(() -> pong(bytes));
			}
		}

		private void pong(byte[] payload) {
			if (!ServedSocket.this.closing) {
				emit(Type.PONG, payload);
			}
		}

		@Override
		protected void hookOnComplete() {
			end(CloseStatus.NORMAL);
			tellEnd(EngineCloseReason.TRANSPORT_CLOSE);
		}

		@Override
		protected void hookOnError(Throwable ex) {
			end(CloseStatus.PROTOCOL_ERROR);
			tellEnd(EngineCloseReason.TRANSPORT_ERROR);
		}

	}

}
