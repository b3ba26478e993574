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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import io.realtimepush.client.AddressFamily;
import io.realtimepush.client.NameResolver;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The addresses that were looked up, for the connections that are made with them. One
 * that needs others, or needs them later, has them looked up again.
 * <p>
 * Safe for use by many threads.
 */
final class AddressBook extends AddressResolverGroup<InetSocketAddress> implements NameResolver {

	private static final Duration LASTS = Duration.ofMinutes(1);

	private final NameResolver resolver;

	private final Map<String, Entry> entries = new ConcurrentHashMap<>();

	private volatile AddressFamily family = AddressFamily.ANY;

	AddressBook(NameResolver resolver) {
		this.resolver = resolver;
	}

	@Override
	public Mono<List<InetAddress>> resolve(String host, AddressFamily family) {
		this.family = family;
		return this.resolver.resolve(host, family)
			.doOnNext((addresses) -> this.entries.put(host, new Entry(List.copyOf(addresses), System.nanoTime())));
	}

	/**
	 * Return the addresses of a host that were looked up a moment ago.
	 * @param host the host
	 * @return the addresses, or {@code null} if they must be looked up
	 */
	@Nullable List<InetAddress> find(String host) {
		Entry entry = this.entries.get(host);
		return (entry != null && System.nanoTime() - entry.since < LASTS.toNanos()) ? entry.addresses : null;
	}

	/**
	 * Look up the addresses of a host, unless that was done a moment ago, or it is an
	 * address itself.
	 * @param host the host
	 */
	Mono<List<InetAddress>> lookUp(String host) {
		byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
		if (address != null) {
			return Mono.fromCallable(() -> List.of(InetAddress.getByAddress(host, address)));
		}
		List<InetAddress> known = find(host);
		return (known != null) ? Mono.just(known) : resolve(host, this.family);
	}

	@Override
	protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
		return new Lookup(executor).asAddressResolver();
	}

	/**
	 * Addresses and when they were looked up.
	 *
	 * @param addresses the addresses
	 * @param since when
	 */
	private record Entry(List<InetAddress> addresses, long since) {

	}

	private final class Lookup extends InetNameResolver {

		Lookup(EventExecutor executor) {
			super(executor);
		}

		@Override
		protected void doResolve(String host, Promise<InetAddress> promise) {
			lookUp(host).subscribe((addresses) -> promise.trySuccess(addresses.get(0)), promise::tryFailure);
		}

		@Override
		protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
			lookUp(host).subscribe(promise::trySuccess, promise::tryFailure);
		}

	}

}
