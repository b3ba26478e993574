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

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.NoopAddressResolverGroup;
import io.realtimepush.client.AddressFamily;
import io.realtimepush.client.ConnectFailedException;
import io.realtimepush.client.NameResolver;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.SslProvider;
import reactor.netty.transport.ProxyProvider;

/**
 * The HTTP client that all transports of a client use: one event loop, one address book,
 * one proxy, one set of keys and certificates.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class ClientHttp {

	/** Sockets for calls besides the streams and polls of a session. */
	private static final int MAX_CALLS = 8;

	/** A poll holds its socket, so there is one for each flag set. */
	private static final int MAX_POLLS = Integer.MAX_VALUE;

	private static final Duration MAX_IDLE = Duration.ofSeconds(30);

	/** So many addresses of a server are tried in the time that a connection may take. */
	private static final int ADDRESSES = 4;

	private final NettyClientLoop loop;

	private final AddressBook addresses;

	private final @Nullable ProxySettings proxy;

	private final Supplier<TlsSettings> tls;

	private final Duration connectTimeout;

	private final int maxMessageSize;

	private final AlternativeServices alternatives = new AlternativeServices();

	private final ConnectionProvider calls = pool("realtime-push-client", MAX_CALLS);

	private final ConnectionProvider polls = pool("realtime-push-client-polls", MAX_POLLS);

	private volatile @Nullable Encryption encryption;

	/**
	 * Create the HTTP client.
	 * @param loop where connections live
	 * @param resolver looks up addresses
	 * @param proxy what all connections go through, or {@code null}
	 * @param tls gives the keys and certificates for each connection that is made
	 * @param connectTimeout how long a connection may take; TCP a quarter of it for each
	 * address
	 * @param maxMessageSize the largest message that is read, in bytes
	 */
	public ClientHttp(NettyClientLoop loop, NameResolver resolver, @Nullable ProxySettings proxy,
			Supplier<TlsSettings> tls, Duration connectTimeout, int maxMessageSize) {
		this.loop = loop;
		this.addresses = new AddressBook(resolver);
		this.proxy = proxy;
		this.tls = tls;
		this.connectTimeout = connectTimeout;
		this.maxMessageSize = maxMessageSize;
	}

	/** Others limit how many wait for a socket. */
	private static ConnectionProvider pool(String name, int sockets) {
		return ConnectionProvider.builder(name)
			.maxConnections(sockets)
			.pendingAcquireMaxCount(-1)
			.maxIdleTime(MAX_IDLE)
			.evictInBackground(MAX_IDLE)
			.build();
	}

	NettyClientLoop loop() {
		return this.loop;
	}

	int maxMessageSize() {
		return this.maxMessageSize;
	}

	AlternativeServices alternatives() {
		return this.alternatives;
	}

	TlsSettings tls() {
		return this.tls.get();
	}

	boolean isProxied() {
		return this.proxy != null;
	}

	/**
	 * Return the addresses of a host, those that were looked up a moment ago if there are
	 * any.
	 * @param host name or address of the host
	 */
	Mono<List<InetAddress>> addresses(String host) {
		return this.addresses.lookUp(host);
	}

	/**
	 * Return what looks up the addresses that connections will be made to: those of the
	 * proxy, if there is one.
	 * @return the resolver
	 */
	public NameResolver resolver() {
		ProxySettings between = this.proxy;
		return (between != null) ? (host, family) -> this.addresses.resolve(between.host(), family) : this.addresses;
	}

	/**
	 * Return a client for a connection that is not shared.
	 * @param endpoint the server
	 * @param protocols the versions of HTTP to offer; HTTP/2 only where it is encrypted
	 * @return the client
	 */
	HttpClient single(URI endpoint, HttpProtocol... protocols) {
		return configure(HttpClient.newConnection(), endpoint, protocols);
	}

	private HttpClient configure(HttpClient client, URI endpoint, HttpProtocol... protocols) {
		HttpClient configured = client.runOn(this.loop.resources())
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) this.connectTimeout.toMillis() / ADDRESSES)
			.option(ChannelOption.TCP_NODELAY, true)
			.followRedirect(false)
			.disableRetry(true);
		ProxySettings between = this.proxy;
		configured = (between != null)
				? configured.resolver(NoopAddressResolverGroup.INSTANCE).proxy((spec) -> describe(between, spec))
				: configured.resolver(this.addresses);
		if (!"https".equalsIgnoreCase(endpoint.getScheme())) {
			return configured.protocol(HttpProtocol.HTTP11);
		}
		Encryption present = encryption();
		return configured.protocol(protocols)
			.secure(List.of(protocols).contains(HttpProtocol.H2) ? present.http2 : present.http11);
	}

	private Encryption encryption() {
		TlsSettings settings = this.tls.get();
		Encryption present = this.encryption;
		if (present == null || present.settings != settings) {
			present = Encryption.of(settings);
			this.encryption = present;
		}
		return present;
	}

	private void describe(ProxySettings between, ProxyProvider.TypeSpec spec) {
		ProxyProvider.Builder builder = spec.type(ProxyProvider.Proxy.HTTP).socketAddress(() -> address(between));
		builder.connectTimeoutMillis(this.connectTimeout.toMillis());
		String password = between.password();
		if (between.username() != null) {
			builder.username(between.username()).password((user) -> (password != null) ? password : "");
		}
	}

	private InetSocketAddress address(ProxySettings between) {
		List<InetAddress> known = this.addresses.find(between.host());
		return (known != null) ? new InetSocketAddress(known.get(0), between.port())
				: InetSocketAddress.createUnresolved(between.host(), between.port());
	}

	private static void apply(TlsSettings settings, SslContextBuilder builder) {
		if (settings.keys() != null) {
			builder.keyManager(settings.keys());
		}
		if (settings.trust() != null) {
			builder.trustManager(settings.trust());
		}
		if (settings.protocols() != null) {
			builder.protocols(settings.protocols());
		}
		if (settings.ciphers() != null) {
			builder.ciphers(settings.ciphers());
		}
	}

	/**
	 * Ask, and read the whole answer, whatever its status.
	 * @param call what is asked
	 * @return the answer, or a {@link ConnectFailedException}
	 */
	Mono<HttpAnswer> exchange(HttpCall call) {
		return exchange(this.calls, call);
	}

	/**
	 * Ask what the server answers when there is something to say, and read the whole
	 * answer, whatever its status.
	 * @param call what is asked
	 * @return the answer, or a {@link ConnectFailedException}
	 */
	Mono<HttpAnswer> poll(HttpCall call) {
		return exchange(this.polls, call);
	}

	private Mono<HttpAnswer> exchange(ConnectionProvider pool, HttpCall call) {
		return proxyFound().then(Mono.defer(() -> {
			HttpClient.RequestSender request = configure(HttpClient.create(pool), call.endpoint(), HttpProtocol.HTTP11)
				.compress(true)
				.responseTimeout(call.timeout())
				.headers((headers) -> describe(call, headers))
				.request(call.method())
				.uri(call.query().url(call.endpoint(), call.path()));
			byte[] body = call.body();
			HttpClient.ResponseReceiver<?> sent = (body != null)
					? request.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body))) : request;
			return sent.response((response, content) -> {
				this.alternatives.note(call.endpoint(), response.responseHeaders());
				return collect(content, this.maxMessageSize)
					.map((bytes) -> new HttpAnswer(response.status().code(), response.responseHeaders(), bytes));
			}).single();
		})).onErrorMap(HttpFailures::toException);
	}

	private static void describe(HttpCall call, HttpHeaders headers) {
		headers.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + call.credential());
		headers.set(HttpHeaderNames.ACCEPT, "application/json");
		byte[] body = call.body();
		if (body != null) {
			headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
			headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
		}
		call.headers().forEach(headers::set);
	}

	/** The address of a proxy is not looked up where it is used. */
	private Mono<Void> proxyFound() {
		ProxySettings between = this.proxy;
		if (between == null || this.addresses.find(between.host()) != null) {
			return Mono.empty();
		}
		return this.addresses.resolve(between.host(), AddressFamily.ANY).then();
	}

	/**
	 * Read a body.
	 * @param content the body
	 * @param limit its largest size, in bytes
	 * @return all of it
	 */
	static Mono<byte[]> collect(ByteBufFlux content, int limit) {
		return content.asByteArray()
			.collect(BodyCollector::new, (body, part) -> body.add(part, limit))
			.map(BodyCollector::toBytes);
	}

	/**
	 * Close what is idle.
	 * @return completes when it is closed
	 */
	public Mono<Void> disposeLater() {
		return Mono.when(this.calls.disposeLater(), this.polls.disposeLater());
	}

	/**
	 * How connections are encrypted with some keys and certificates. A pool belongs to
	 * one of these, so they are not made anew for each connection.
	 *
	 * @param settings the keys and certificates
	 * @param http11 for HTTP/1.1
	 * @param http2 for HTTP/2, or HTTP/1.1 where the server has no other
	 */
	private record Encryption(TlsSettings settings, SslProvider http11, SslProvider http2) {

		static Encryption of(TlsSettings settings) {
			return new Encryption(settings,
					provider(Http11SslContextSpec.forClient().configure((builder) -> apply(settings, builder))),
					provider(Http2SslContextSpec.forClient().configure((builder) -> apply(settings, builder))));
		}

		private static SslProvider provider(SslProvider.GenericSslContextSpec<?> context) {
			return SslProvider.builder().sslContext(context).build();
		}

	}

}
