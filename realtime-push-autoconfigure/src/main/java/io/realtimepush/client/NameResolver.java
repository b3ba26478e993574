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

package io.realtimepush.client;

import java.net.InetAddress;
import java.util.List;

import reactor.core.publisher.Mono;

/**
 * Looks up the addresses of a host. A client does so as a step of its own before it
 * connects; a transport that asks again soon is given the same addresses. Safe for use by
 * many threads.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface NameResolver {

	/**
	 * Look up a host.
	 * @param host a name, or an address as text
	 * @param family which addresses come first
	 * @return all its addresses, at least one, or a failure
	 */
	Mono<List<InetAddress>> resolve(String host, AddressFamily family);

}
