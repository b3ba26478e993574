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

import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

import org.jspecify.annotations.Nullable;

/**
 * Keys and certificates for encrypted connections.
 *
 * @param keys the client's own, or {@code null}
 * @param trust those that are trusted, or {@code null} for those of the platform
 * @param protocols the versions of TLS that are allowed, or {@code null} for the defaults
 * @param ciphers the ciphers that are allowed, or {@code null} for the defaults
 * @since 0.1.0
 */
public record TlsSettings(@Nullable KeyManagerFactory keys, @Nullable TrustManagerFactory trust,
		@Nullable List<String> protocols, @Nullable List<String> ciphers) {

	/**
	 * The defaults of the platform.
	 */
	public static final TlsSettings DEFAULT = new TlsSettings(null, null, null, null);

}
