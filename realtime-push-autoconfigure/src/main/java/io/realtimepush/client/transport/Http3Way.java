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

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.util.concurrent.Future;
import io.realtimepush.client.ConnectFailedException;
import io.realtimepush.client.ConnectFailure;
import io.realtimepush.client.ConnectFailure.Kind;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.resources.LoopResources;

/**
 * HTTP/3: one QUIC connection for a session, with its streams and calls. That it cannot
 * be made is no fault of the server: UDP may be blocked on the way.
 * <p>
 * Confined to the event loop.
 */
final class Http3Way implements HttpWay {

	private static final Log logger = LogFactory.getLog(Http3Way.class);

	/** {@code H3_NO_ERROR} of RFC 9114. */
	private static final int NO_ERROR = 0x100;

	private static final String TLS_1_3 = "TLSv1.3";

	/** Bytes that a stream may send ahead of what has been read. */
	private static final int STREAM_WINDOW = 1024 * 1024;

	private static final Duration LONGEST_SILENCE = Duration.ofSeconds(25);

	/** The server's own limit is shorter; this one is for servers that have none. */
	private static final Duration IDLE = Duration.ofMinutes(2);

	private final ClientHttp http;

	private final URI endpoint;

	private final Duration connectTimeout;

	private final Mono<QuicChannel> connection = Mono.<QuicChannel>create(this::connect).cache();

	private @Nullable Channel socket;

	private @Nullable QuicChannel channel;

	private boolean closed;

	/**
	 * Create a way; it connects when it is first asked something.
	 * @param http what is common to all connections
	 * @param endpoint the base URL of the server
	 * @param connectTimeout how long the QUIC handshake may take
	 */
	Http3Way(ClientHttp http, URI endpoint, Duration connectTimeout) {
		this.http = http;
		this.endpoint = endpoint;
		this.connectTimeout = connectTimeout;
	}

	private void connect(MonoSink<QuicChannel> sink) {
		TlsSettings tls = this.http.tls();
		List<String> versions = tls.protocols();
		if (!"https".equalsIgnoreCase(this.endpoint.getScheme())) {
			sink.error(unfit("the URL is not one of https", null));
		}
		else if (this.http.isProxied()) {
			sink.error(unfit("an HTTP proxy does not carry it", null));
		}
		else if (versions != null && !versions.contains(TLS_1_3)) {
			sink.error(unfit("it needs " + TLS_1_3 + ", which the SSL bundle does not allow", null));
		}
		else {
			String host = host();
			int port = this.http.alternatives().port(this.endpoint);
			this.http.addresses(host)
				.subscribe(
						(addresses) -> this.http.loop()
							.execute(() -> connect(new InetSocketAddress(addresses.get(0), port), host, tls, sink)),
						sink::error);
		}
	}

	private String host() {
		String host = this.endpoint.getHost();
		return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
	}

	private void connect(InetSocketAddress address, String host, TlsSettings tls, MonoSink<QuicChannel> sink) {
		try {
			QuicSslContext context = context(tls);
			LoopResources loops = this.http.loop().resources();
			EventLoopGroup group = loops.onClient(LoopResources.DEFAULT_NATIVE);
			ChannelFuture opening = new Bootstrap().group(group)
				.channel(loops.onChannelClass(DatagramChannel.class, group))
				.handler(new ChannelInitializer<>() {

					@Override
					protected void initChannel(Channel opened) {
						opened.pipeline().addLast(codec(context, host, address.getPort()), new SocketFailures());
					}

				})
				.bind(0);
			this.socket = opening.channel();
			opening.addListener((bound) -> {
				if (bound.isSuccess()) {
					shake(opening.channel(), address, sink);
				}
				else {
					sink.error(unfit("no UDP port can be used", bound.cause()));
				}
			});
		}
		catch (Exception ex) {
			sink.error(unfit(String.valueOf(ex.getMessage()), ex));
		}
	}

	private static QuicSslContext context(TlsSettings tls) {
		QuicSslContextBuilder builder = QuicSslContextBuilder.forClient()
			.applicationProtocols(Http3.supportedApplicationProtocols())
			.endpointIdentificationAlgorithm("HTTPS");
		if (tls.trust() != null) {
			builder.trustManager(tls.trust());
		}
		if (tls.keys() != null) {
			builder.keyManager(tls.keys(), null);
		}
		return builder.build();
	}

	private static ChannelHandler codec(QuicSslContext context, String host, int port) {
		return Http3.newQuicClientCodecBuilder()
			.sslEngineProvider((quic) -> context.newEngine(quic.alloc(), host, port))
			.maxIdleTimeout(IDLE.toMillis(), TimeUnit.MILLISECONDS)
			.initialMaxData(2 * STREAM_WINDOW)
			.initialMaxStreamDataBidirectionalLocal(STREAM_WINDOW)
			.build();
	}

	private void shake(Channel bound, InetSocketAddress address, MonoSink<QuicChannel> sink) {
		Future<QuicChannel> shaking = QuicChannel.newBootstrap(bound)
			.handler(new Http3ClientConnectionHandler())
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) this.connectTimeout.toMillis())
			.remoteAddress(address)
			.connect();
		shaking.addListener((shaken) -> {
			if (!shaken.isSuccess()) {
				bound.close();
				sink.error(unfit("no QUIC connection to " + address, shaken.cause()));
				return;
			}
			QuicChannel made = shaking.getNow();
			made.closeFuture().addListener((end) -> bound.close());
			this.channel = made;
			if (this.closed) {
				close();
			}
			sink.success(made);
		});
	}

	private static ConnectFailedException unfit(String what, @Nullable Throwable cause) {
		String why = (cause != null) ? what + ": " + cause.getMessage() : what;
		return new ConnectFailedException(
				new ConnectFailure(Kind.UNFIT, "no_http3", "HTTP/3 cannot be used: " + why, null, cause));
	}

	@Override
	public Mono<Void> stream(HttpCall call, AnswerReader reader) {
		return this.connection.flatMap((quic) -> Mono.<Void>create((sink) -> {
			Http3Exchange exchange = new Http3Exchange(call, reader, sink);
			Future<QuicStreamChannel> opening = Http3.newRequestStream(quic, exchange);
			opening.addListener((opened) -> {
				if (opened.isSuccess()) {
					exchange.send(opening.getNow());
				}
				else {
					sink.error(new IOException("no stream could be opened", opened.cause()));
				}
			});
			sink.onCancel(exchange);
		}));
	}

	@Override
	public Mono<HttpAnswer> exchange(HttpCall call) {
		return Mono.<HttpAnswer>create((sink) -> {
			WholeAnswer answer = new WholeAnswer(this.http.maxMessageSize());
			Disposable work = stream(call.header("accept-encoding", "gzip"), answer)
				.then(Mono.fromCallable(answer::get))
				.subscribe(sink::success, sink::error);
			Disposable timer = this.http.loop()
				.schedule(call.timeout(),
						() -> sink.error(new IOException("no answer within " + call.timeout().toMillis() + "ms")));
			sink.onDispose(() -> {
				work.dispose();
				timer.dispose();
			});
		}).onErrorMap(HttpFailures::toException);
	}

	@Override
	public Duration longestSilence() {
		return LONGEST_SILENCE;
	}

	@Override
	public void close() {
		this.closed = true;
		QuicChannel present = this.channel;
		if (present != null) {
			present.close(true, NO_ERROR, Unpooled.EMPTY_BUFFER);
		}
		else if (this.socket != null) {
			this.socket.close();
		}
	}

	/**
	 * What the socket fails with is no more than a packet that was lost.
	 */
	private static final class SocketFailures extends ChannelInboundHandlerAdapter {

		@Override
		public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
			logger.debug("a UDP socket failed", cause);
		}

	}

}
