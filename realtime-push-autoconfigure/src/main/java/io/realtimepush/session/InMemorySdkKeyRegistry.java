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

package io.realtimepush.session;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.realtimepush.flags.SdkKey;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * SDK keys in memory; keys can be added, changed and revoked at any time.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class InMemorySdkKeyRegistry implements SdkKeyRegistry {

	private final Sinks.Many<SdkKey> changes = Sinks.many().multicast().directBestEffort();

	private volatile Map<String, SdkKeyDetails> keys = Map.of();

	/**
	 * Create a registry.
	 * @param keys the keys to begin with
	 * @throws IllegalArgumentException if a key is listed twice
	 */
	public InMemorySdkKeyRegistry(Collection<SdkKeyDetails> keys) {
		Map<String, SdkKeyDetails> byHash = new LinkedHashMap<>();
		keys.forEach((details) -> {
			if (byHash.put(details.key().sha256(), details) != null) {
				throw new IllegalArgumentException("SDK key '" + details.key() + "' is listed twice");
			}
		});
		this.keys = byHash;
	}

	/**
	 * Add a key, or change what it allows.
	 * @param details the key and what it allows
	 */
	public void put(SdkKeyDetails details) {
		replace(details.key(), details);
	}

	/**
	 * Revoke a key. Its sessions end.
	 * @param key the key
	 */
	public void revoke(SdkKey key) {
		replace(key, null);
	}

	private synchronized void replace(SdkKey key, @Nullable SdkKeyDetails details) {
		Map<String, SdkKeyDetails> copy = new LinkedHashMap<>(this.keys);
		if (details != null) {
			copy.put(key.sha256(), details);
		}
		else {
			copy.remove(key.sha256());
		}
		this.keys = copy;
		this.changes.tryEmitNext(key);
	}

	@Override
	public Mono<SdkKeyDetails> find(String sha256) {
		return Mono.justOrEmpty(this.keys.get(sha256));
	}

	@Override
	public Flux<SdkKey> changes() {
		return this.changes.asFlux().onBackpressureBuffer();
	}

	@Override
	public Collection<SdkKeyDetails> known() {
		return List.copyOf(this.keys.values());
	}

}
