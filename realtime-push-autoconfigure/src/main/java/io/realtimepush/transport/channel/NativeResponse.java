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

import java.util.concurrent.atomic.AtomicReference;

import io.netty.channel.Channel;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.util.Assert;

/**
 * The Reactor Netty response below a WebFlux response.
 *
 * @since 0.1.0
 */
public final class NativeResponse {

	private NativeResponse() {
	}

	/**
	 * Return the response of the server.
	 * @param response the response of the exchange
	 * @return the Reactor Netty response
	 * @throws IllegalStateException if the server is another one
	 */
	public static HttpServerResponse of(ServerHttpResponse response) {
		Object nativeResponse = ServerHttpResponseDecorator.getNativeResponse(response);
		Assert.state(nativeResponse instanceof HttpServerResponse,
				() -> "push connections need Reactor Netty as the web server, but the response is a "
						+ nativeResponse.getClass().getName());
		return (HttpServerResponse) nativeResponse;
	}

	/**
	 * Return the channel of an exchange.
	 * @param response the response of the exchange
	 * @return the channel, of the stream if the connection is HTTP/2
	 */
	public static Channel channel(ServerHttpResponse response) {
		AtomicReference<Channel> channel = new AtomicReference<>();
		of(response).withConnection((connection) -> channel.set(connection.channel()));
		Channel found = channel.get();
		Assert.state(found != null, "the response has no channel");
		return found;
	}

}
