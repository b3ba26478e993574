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

import org.jspecify.annotations.Nullable;

/**
 * A proxy that all connections go through.
 *
 * @param host its host
 * @param port its port
 * @param username who asks, or {@code null}
 * @param password the password, or {@code null}
 * @since 0.1.0
 */
public record ProxySettings(String host, int port, @Nullable String username, @Nullable String password) {

	@Override
	public String toString() {
		return this.host + ":" + this.port;
	}

}
