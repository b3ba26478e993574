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
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.NetUtil;
import io.realtimepush.client.AddressFamily;
import io.realtimepush.client.NameResolver;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * Asks name servers over HTTPS (RFC 8484), one after another, and keeps what they answer
 * as long as they say. Where none answers, addresses that are out of date are used for a
 * day; where there are none, and for names that the servers do not know, another resolver
 * is asked.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class HttpsNameResolver implements NameResolver {

	private static final Log logger = LogFactory.getLog(HttpsNameResolver.class);

	private static final String DNS_MESSAGE = "application/dns-message";

	private static final int MAX_ANSWER = 65_535;

	/** How long all servers together may take, so that there is time for the other. */
	private static final Duration PATIENCE = Duration.ofMillis(2_500);

	/** So many addresses of a server are tried in the time that it has. */
	private static final int ADDRESSES = 2;

	private static final Duration LONGEST = Duration.ofDays(1);

	private static final Duration STALE = Duration.ofDays(1);

	private final List<URI> servers;

	private final NameResolver other;

	private final HttpClient http;

	/** How long one server may take, whatever it is that takes so long. */
	private final Duration patience;

	private final LongSupplier nanoTime;

	private final Map<String, Entry> entries = new ConcurrentHashMap<>();

	/** The server that answered last. */
	private volatile int preferred;

	/**
	 * Create a resolver.
	 * @param loop where its connections live
	 * @param servers the URLs of the name servers
	 * @param other looks up the names of the servers, and what they cannot
	 */
	public HttpsNameResolver(NettyClientLoop loop, List<URI> servers, NameResolver other) {
		this(loop, servers, other, System::nanoTime);
	}

	HttpsNameResolver(NettyClientLoop loop, List<URI> servers, NameResolver other, LongSupplier nanoTime) {
		this.patience = PATIENCE.dividedBy(servers.size());
		this.servers = List.copyOf(servers);
		this.other = other;
		this.nanoTime = nanoTime;
		this.http = HttpClient.newConnection()
			.runOn(loop.resources())
			.resolver(new AddressBook(other))
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) this.patience.toMillis() / ADDRESSES)
			.responseTimeout(this.patience)
			.disableRetry(true)
			.headers((headers) -> headers.set(HttpHeaderNames.ACCEPT, DNS_MESSAGE)
				.set(HttpHeaderNames.CONTENT_TYPE, DNS_MESSAGE));
	}

	@Override
	public Mono<List<InetAddress>> resolve(String host, AddressFamily family) {
		boolean unknownToThem = host.indexOf('.') < 0 || NetUtil.isValidIpV4Address(host)
				|| NetUtil.isValidIpV6Address(host);
		return unknownToThem ? this.other.resolve(host, family)
				: Mono.defer(() -> lookUp(host)).map(family::sort).onErrorResume((ex) -> {
					logger.debug("name servers cannot tell the addresses of '" + host + "'", ex);
					return this.other.resolve(host, family);
				});
	}

	private Mono<List<InetAddress>> lookUp(String host) {
		Entry known = this.entries.get(host);
		long now = this.nanoTime.getAsLong();
		if (known != null && known.isFresh(now)) {
			return Mono.just(known.addresses());
		}
		return ask(host, this.preferred, 0).map((answer) -> keep(host, answer)).onErrorResume((ex) -> {
			if (known != null && known.isUsable(now) && !(ex instanceof UnknownHostException)) {
				return Mono.just(known.addresses());
			}
			return Mono.error(ex);
		});
	}

	private List<InetAddress> keep(String host, DnsMessages.Answer answer) {
		Duration lasts = (answer.lasts().compareTo(LONGEST) < 0) ? answer.lasts() : LONGEST;
		this.entries.put(host, new Entry(answer.addresses(), this.nanoTime.getAsLong() + lasts.toNanos()));
		return answer.addresses();
	}

	private Mono<DnsMessages.Answer> ask(String host, int first, int attempt) {
		int server = (first + attempt) % this.servers.size();
		return ask(this.servers.get(server), host).doOnNext((answer) -> this.preferred = server).onErrorResume((ex) -> {
			boolean next = attempt + 1 < this.servers.size() && !(ex instanceof UnknownHostException);
			return next ? ask(host, first, attempt + 1) : Mono.error(ex);
		});
	}

	private Mono<DnsMessages.Answer> ask(URI server, String host) {
		return Mono
			.zip(ask(server, host, DnsRecordType.AAAA), ask(server, host, DnsRecordType.A), HttpsNameResolver::both)
			.timeout(this.patience)
			.flatMap((both) -> both.addresses().isEmpty() ? Mono.error(new UnknownHostException(host))
					: Mono.just(both));
	}

	private static DnsMessages.Answer both(DnsMessages.Answer one, DnsMessages.Answer other) {
		List<InetAddress> addresses = new ArrayList<>(one.addresses());
		addresses.addAll(other.addresses());
		boolean oneOnly = other.addresses().isEmpty();
		boolean otherOnly = one.addresses().isEmpty();
		Duration sooner = (one.lasts().compareTo(other.lasts()) < 0) ? one.lasts() : other.lasts();
		return new DnsMessages.Answer(addresses, oneOnly ? one.lasts() : otherOnly ? other.lasts() : sooner);
	}

	private Mono<DnsMessages.Answer> ask(URI server, String host, DnsRecordType type) {
		return this.http.post()
			.uri(server.toString())
			.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(DnsMessages.question(host, type))))
			.response((response, content) -> ClientHttp.collect(content, MAX_ANSWER)
				.map((bytes) -> read(response.status().code(), host, type, bytes)))
			.single()
			.onErrorMap(Exceptions::unwrap);
	}

	private static DnsMessages.Answer read(int status, String host, DnsRecordType type, byte[] bytes) {
		try {
			if (status != 200) {
				throw new IOException("the name server answers with " + status);
			}
			return DnsMessages.answer(host, type, bytes);
		}
		catch (IOException ex) {
			throw Exceptions.propagate(ex);
		}
	}

	/**
	 * Addresses that were found.
	 *
	 * @param addresses the addresses
	 * @param expires when they are out of date
	 */
	private record Entry(List<InetAddress> addresses, long expires) {

		boolean isFresh(long now) {
			return this.expires - now > 0;
		}

		boolean isUsable(long now) {
			return this.expires + STALE.toNanos() - now > 0;
		}

	}

}
