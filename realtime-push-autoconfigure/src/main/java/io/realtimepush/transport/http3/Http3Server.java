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

package io.realtimepush.transport.http3;

import java.net.InetSocketAddress;
import java.time.Duration;

import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.ssl.ClientAuth;
import org.jspecify.annotations.Nullable;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.Http3SettingsSpec;
import reactor.netty.http.Http3SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerState;
import reactor.netty.resources.LoopResources;

import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;

/**
 * A Reactor Netty server for HTTP/3 on a UDP port. All of its connections are on one
 * event loop, because they share one socket.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class Http3Server {

	private static final Duration BIND_TIMEOUT = Duration.ofSeconds(10);

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);

	private final QuicConnections connections;

	private final DisposableServer server;

	private Http3Server(QuicConnections connections, DisposableServer server) {
		this.connections = connections;
		this.server = server;
	}

	/**
	 * Find out whether the native library is there.
	 * @return why not, or {@code null} if it is
	 */
	public static @Nullable Throwable unavailability() {
		return Quic.isAvailable() ? null : Quic.unavailabilityCause();
	}

	/**
	 * Listen.
	 * @param address where to; port 0 for any that is free
	 * @param tls the certificate, and what is asked of clients
	 * @param settings what a client may take
	 * @param handler answers requests
	 * @param loops gives the event loop, or {@code null} for those that all servers share
	 * @return the server, which listens
	 * @throws RuntimeException if the address cannot be listened to, or the certificate
	 * cannot be used
	 */
	public static Http3Server start(InetSocketAddress address, Tls tls, Http3Settings settings, HttpHandler handler,
			@Nullable LoopResources loops) {
		QuicConnections connections = new QuicConnections(settings);
		HttpServer server = HttpServer.create()
			.bindAddress(() -> address)
			.protocol(HttpProtocol.HTTP3)
			.secure((spec) -> spec.sslContext(Http3SslContextSpec.forServer(tls.keys(), null).configure(tls::apply)))
			.http3Settings((spec) -> configure(spec, settings, connections))
			.doOnChannelInit((observer, channel, remoteAddress) -> connections.add(channel))
			.childObserve((connection, state) -> {
				Channel stream = connection.channel();
				if (state == HttpServerState.REQUEST_RECEIVED && stream.parent() != null) {
					QuicConnections.asked(stream);
					prepare(stream.pipeline());
				}
			})
			.handle(new ReactorHttpHandlerAdapter(handler));
		if (loops != null) {
			server = server.runOn(loops);
		}
		return new Http3Server(connections, server.bindNow(BIND_TIMEOUT));
	}

	private static void configure(Http3SettingsSpec.Builder spec, Http3Settings settings, QuicConnections connections) {
		spec.idleTimeout(settings.idleTimeout())
			.maxData(settings.maxConnectionData())
			.maxStreamDataBidirectionalRemote(settings.maxRequestSize())
			.maxStreamsBidirectional(settings.maxStreams())
			.tokenHandler(new AddressValidation(connections::isBusy));
	}

	/** Before anything is written to a stream. */
	private static void prepare(ChannelPipeline stream) {
		if (stream.get(NettyPipeline.H3ToHttp11Codec) != null && stream.get(WholeContent.NAME) == null) {
			stream.addAfter(NettyPipeline.H3ToHttp11Codec, WholeContent.NAME, WholeContent.INSTANCE);
		}
	}

	/**
	 * Return the UDP port that is listened to.
	 * @return the port
	 */
	public int port() {
		return this.server.port();
	}

	/**
	 * Return how many connections there are, those in their handshake too.
	 * @return the number
	 */
	public int connections() {
		return this.connections.open();
	}

	/**
	 * Return how many connections were closed because there were too many.
	 * @return the number since the start
	 */
	public long refused() {
		return this.connections.refused();
	}

	/**
	 * Close all connections, and listen no more.
	 */
	public void stop() {
		this.server.disposeNow(STOP_TIMEOUT);
	}

	/**
	 * The certificate of a server, and what it asks of clients. Both are asked for each
	 * handshake.
	 *
	 * @param keys have the certificate and its key
	 * @param trust says which certificates of clients are trusted, or {@code null} for
	 * what the platform trusts
	 * @param clientAuth whether clients have to show a certificate
	 */
	public record Tls(X509ExtendedKeyManager keys, @Nullable X509ExtendedTrustManager trust, ClientAuth clientAuth) {

		private void apply(QuicSslContextBuilder builder) {
			builder.clientAuth(this.clientAuth);
			if (this.trust != null) {
				builder.trustManager(this.trust);
			}
		}

	}

}
