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
import java.util.List;

import io.netty.util.NetUtil;
import io.realtimepush.client.AddressFamily;
import io.realtimepush.client.NameResolver;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Asks the resolver of the platform, which blocks, on a thread that may be blocked.
 *
 * @since 0.1.0
 */
public final class SystemNameResolver implements NameResolver {

	@Override
	public Mono<List<InetAddress>> resolve(String host, AddressFamily family) {
		Mono<List<InetAddress>> lookup = Mono.fromCallable(() -> List.of(InetAddress.getAllByName(host)));
		boolean blocks = !NetUtil.isValidIpV4Address(host) && !NetUtil.isValidIpV6Address(host);
		return (blocks ? lookup.subscribeOn(Schedulers.boundedElastic()) : lookup).map(family::sort);
	}

}
