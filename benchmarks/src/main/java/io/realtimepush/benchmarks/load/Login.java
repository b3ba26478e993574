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

package io.realtimepush.benchmarks.load;

import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;

/**
 * How a client connects: to whom, over what, as whom and from which position.
 *
 * @param server the address of the server
 * @param transport the transport
 * @param path the path of the endpoint, with its query
 * @param key the SDK key, or {@code null} for a server that wants none
 * @param position the position to continue from, or {@code null}
 * @since 0.1.0
 */
public record Login(InetSocketAddress server, Transport transport, String path, @Nullable String key,
		@Nullable String position) {

	/**
	 * Return the same login with another key.
	 * @param other the key
	 * @return the login
	 */
	public Login withKey(String other) {
		return new Login(this.server, this.transport, this.path, other, this.position);
	}

	/**
	 * Return the same login from a position.
	 * @param from the position
	 * @return the login
	 */
	public Login from(@Nullable String from) {
		return new Login(this.server, this.transport, this.path, this.key, from);
	}

}
