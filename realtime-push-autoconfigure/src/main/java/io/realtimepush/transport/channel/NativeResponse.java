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

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;

/**
 * The Reactor Netty response below a WebFlux response.
 *
 * @since 0.1.0
 */
public final class NativeResponse {

	private NativeResponse() {
	}

	static @Nullable HttpServerResponse of(ServerHttpResponse response) {
		Object nativeResponse = ServerHttpResponseDecorator.getNativeResponse(response);
		return (nativeResponse instanceof HttpServerResponse server) ? server : null;
	}

	/**
	 * Return the channel of an exchange.
	 * @param response the response of the exchange
	 * @return the channel, of the stream if the connection is HTTP/2, or {@code null} if
	 * the web server is another one than Reactor Netty
	 * @throws AbortedException if the client has left
	 */
	public static @Nullable Channel channel(ServerHttpResponse response) {
		HttpServerResponse server = of(response);
		return (server != null) ? channel(server) : null;
	}

	static Channel channel(HttpServerResponse server) {
		Channel[] channel = new Channel[1];
		server.withConnection((connection) -> channel[0] = connection.channel());
		// An exchange that has ended shows a channel that was never any
		if (!channel[0].isRegistered()) {
			throw new AbortedException("the client has left");
		}
		return channel[0];
	}

}
