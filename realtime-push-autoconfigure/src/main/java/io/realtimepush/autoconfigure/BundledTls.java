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

package io.realtimepush.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

import io.realtimepush.client.transport.TlsSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * Keys and certificates of an SSL bundle. After a reload the next connection uses the new
 * ones. Safe for use by many threads.
 */
final class BundledTls implements Supplier<TlsSettings> {

	private final SslBundles bundles;

	private final String name;

	private volatile @Nullable Made made;

	BundledTls(SslBundles bundles, String name) {
		this.bundles = bundles;
		this.name = name;
	}

	@Override
	public TlsSettings get() {
		SslBundle present = this.bundles.getBundle(this.name);
		Made last = this.made;
		if (last == null || last.bundle() != present) {
			last = new Made(present, settings(present));
			this.made = last;
		}
		return last.settings();
	}

	private static TlsSettings settings(SslBundle bundle) {
		return new TlsSettings(bundle.getManagers().getKeyManagerFactory(),
				bundle.getManagers().getTrustManagerFactory(), list(bundle.getOptions().getEnabledProtocols()),
				list(bundle.getOptions().getCiphers()));
	}

	private static @Nullable List<String> list(String @Nullable [] names) {
		return (names != null) ? Arrays.asList(names) : null;
	}

	/**
	 * Settings and what they were made of.
	 *
	 * @param bundle the bundle
	 * @param settings the settings
	 */
	private record Made(SslBundle bundle, TlsSettings settings) {

	}

}
