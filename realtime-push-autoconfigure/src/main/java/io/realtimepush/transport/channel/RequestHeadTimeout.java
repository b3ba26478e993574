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

import java.time.Duration;

import io.netty.channel.ChannelPipeline;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Has a server drop connections on which the head of a request does not come in time, so
 * that nobody holds connections by sending heads byte by byte. The time of the first head
 * starts with the connection and contains the TLS handshake; that of a later one starts
 * with its first byte, so idle connections stay. HTTP/2 streams are not looked at.
 *
 * @since 0.1.0
 */
public final class RequestHeadTimeout {

	static final String HANDLER = "realtimepush.requestHeadTimeout";

	static final String OBSERVER = "realtimepush.requestHeadObserver";

	private final Duration timeout;

	/**
	 * Create a timeout.
	 * @param timeout the time within which a head must have come
	 */
	public RequestHeadTimeout(Duration timeout) {
		this.timeout = timeout;
	}

	/**
	 * Add the timeout to all connections of a server.
	 * @param server the server
	 * @return the server with the timeout
	 */
	public HttpServer install(HttpServer server) {
		return server.doOnChannelInit((observer, channel, remoteAddress) -> addTo(channel.pipeline()));
	}

	private void addTo(ChannelPipeline pipeline) {
		// With TLS and HTTP/2 the codec is there only after the handshake
		for (String name : new String[] { NettyPipeline.HttpCodec, NettyPipeline.H2OrHttp11Codec }) {
			if (pipeline.get(name) != null) {
				pipeline.addBefore(name, HANDLER, new RequestHeadTimeoutHandler(this.timeout));
				return;
			}
		}
	}

}
