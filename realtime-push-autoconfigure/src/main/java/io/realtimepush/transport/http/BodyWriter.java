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

package io.realtimepush.transport.http;

import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Writes encoded messages as answers.
 *
 * @since 0.1.0
 */
public final class BodyWriter {

	private BodyWriter() {
	}

	/**
	 * Write a body, without a copy if the server is built on Netty.
	 * @param response the answer
	 * @param body the body, released when it has been written
	 * @return completes when it has been written
	 */
	public static Mono<Void> write(ServerHttpResponse response, ByteBuf body) {
		AtomicBoolean taken = new AtomicBoolean();
		return response.writeWith(Mono.fromSupplier(() -> {
			taken.set(true);
			return wrap(response.bufferFactory(), body);
		})).doFinally((signal) -> {
			// A client that has left is written nothing
			if (taken.compareAndSet(false, true)) {
				body.release();
			}
		});
	}

	/**
	 * Wrap an encoded message as a buffer of the server.
	 * @param factory the server's factory
	 * @param body the body, released with the buffer
	 * @return the buffer
	 */
	public static DataBuffer wrap(DataBufferFactory factory, ByteBuf body) {
		if (factory instanceof NettyDataBufferFactory netty) {
			return netty.wrap(body);
		}
		try {
			byte[] bytes = new byte[body.readableBytes()];
			body.readBytes(bytes);
			return factory.wrap(bytes);
		}
		finally {
			body.release();
		}
	}

	/**
	 * Write JSON that is for this client only, and now.
	 * @param response the response
	 * @param json the JSON in UTF-8
	 * @return completes when it has been written
	 */
	static Mono<Void> writeJson(ServerHttpResponse response, byte[] json) {
		response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
		response.getHeaders().setCacheControl("no-store");
		return write(response, Unpooled.wrappedBuffer(json));
	}

}
