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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.netty.handler.codec.quic.Quic;
import io.realtimepush.client.ClientEnvironment;
import io.realtimepush.client.ClientTransport;
import io.realtimepush.client.NameResolver;
import io.realtimepush.protocol.MessageEncoding;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Makes environments on Reactor Netty.
 *
 * @since 0.1.0
 */
public final class NettyClientEnvironment {

	private static final Duration HTTP3_TIMEOUT = Duration.ofMillis(1500);

	private static final String HTTP3_CODEC = "io.netty.handler.codec.http3.Http3";

	private NettyClientEnvironment() {
	}

	/**
	 * Create an environment, with a thread of its own.
	 * @param settings how to connect
	 * @return the environment, to be disposed of by its client
	 */
	public static ClientEnvironment create(Settings settings) {
		NettyClientLoop loop = new NettyClientLoop();
		ClientHttp http = new ClientHttp(loop, resolver(loop, settings), settings.proxy(), settings.tls(),
				settings.connectTimeout(), settings.maxMessageSize());
		List<ClientTransport> transports = new ArrayList<>();
		settings.transports().forEach((name) -> transports.add(transport(name, http, settings)));
		return new ClientEnvironment(loop, new HttpTokenEndpoint(http), http.resolver(), new HttpFlagPuller(http),
				transports, http.disposeLater().then(loop.disposeLater()));
	}

	/** A proxy looks up names itself, and nothing may go past it. */
	private static NameResolver resolver(NettyClientLoop loop, Settings settings) {
		boolean asksServers = !settings.nameServers().isEmpty() && settings.proxy() == null;
		return asksServers ? new HttpsNameResolver(loop, settings.nameServers(), settings.resolver())
				: settings.resolver();
	}

	/**
	 * Find out whether the transports over HTTP/3 can be used: Netty's codec for HTTP/3,
	 * and the native library of that for QUIC, have to be on the class path.
	 * @return whether both are there
	 */
	public static boolean isHttp3Available() {
		return ClassUtils.isPresent(HTTP3_CODEC, NettyClientEnvironment.class.getClassLoader()) && Quic.isAvailable();
	}

	private static ClientTransport transport(String name, ClientHttp http, Settings settings) {
		return switch (name) {
			case ClientTransport.WEB_SOCKET -> new WebSocketTransport(http, settings.encoding());
			case ClientTransport.SSE -> new SseTransport(http);
			case ClientTransport.LONG_POLL -> new LongPollTransport(http);
			case ClientTransport.SSE_H3 -> SseTransport.overHttp3(http, settings.http3Timeout());
			case ClientTransport.LONG_POLL_H3 -> LongPollTransport.overHttp3(http, settings.http3Timeout());
			case ClientTransport.PULL -> new PullTransport(http, settings.pullInterval());
			default -> throw new IllegalArgumentException("there is no transport '" + name + "'");
		};
	}

	/**
	 * How to connect.
	 *
	 * @param resolver looks up addresses
	 * @param nameServers URLs of name servers that are asked over HTTPS before the
	 * resolver, if there is no proxy
	 * @param proxy what all connections go through, or {@code null}
	 * @param tls gives the keys and certificates for each connection that is made
	 * @param connectTimeout how long a connection may take; TCP a quarter of it for each
	 * address
	 * @param maxMessageSize the largest message that is read, in bytes
	 * @param transports names of transports, the best first
	 * @param pullInterval the time between two questions where only pulling gets through
	 * @param http3Timeout how long a QUIC handshake may take before another transport is
	 * tried
	 * @param encoding how messages are written on a WebSocket, if the server can do so
	 * @since 0.1.0
	 */
	public record Settings(NameResolver resolver, List<URI> nameServers, @Nullable ProxySettings proxy,
			Supplier<TlsSettings> tls, Duration connectTimeout, int maxMessageSize, List<String> transports,
			Duration pullInterval, Duration http3Timeout, MessageEncoding encoding) {

		/**
		 * The resolver of the platform, no proxy, 10 s to connect, 64 MiB, all transports
		 * over TCP, 5 s, 1.5 s, JSON.
		 */
		public static final Settings DEFAULT = new Settings(new SystemNameResolver(), List.of(), null,
				() -> TlsSettings.DEFAULT, Duration.ofSeconds(10), 64 * 1024 * 1024, List.of(ClientTransport.WEB_SOCKET,
						ClientTransport.SSE, ClientTransport.LONG_POLL, ClientTransport.PULL),
				Duration.ofSeconds(5), HTTP3_TIMEOUT, MessageEncoding.JSON);

		public Settings {
			nameServers = List.copyOf(nameServers);
			transports = List.copyOf(transports);
		}

		/**
		 * Return the same settings with other transports.
		 * @param names names of transports, the best first
		 * @return the settings
		 */
		public Settings withTransports(String... names) {
			return new Settings(this.resolver, this.nameServers, this.proxy, this.tls, this.connectTimeout,
					this.maxMessageSize, List.of(names), this.pullInterval, this.http3Timeout, this.encoding);
		}

		/**
		 * Return the same settings with another encoding.
		 * @param wished how messages are written on a WebSocket, if the server can do so
		 * @return the settings
		 */
		public Settings withEncoding(MessageEncoding wished) {
			return new Settings(this.resolver, this.nameServers, this.proxy, this.tls, this.connectTimeout,
					this.maxMessageSize, this.transports, this.pullInterval, this.http3Timeout, wished);
		}

	}

}
