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
import java.util.List;

import io.realtimepush.flags.SdkKey;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The SDK keys that this app serves. Define a bean of this type to keep them elsewhere
 * than in properties.
 *
 * @since 0.1.0
 */
public interface SdkKeyRegistry {

	/**
	 * Find a key. Asked at each login; an answer that takes long delays that login.
	 * @param sha256 the hash of the key, see {@link SdkKey#sha256(String)}
	 * @return what the key allows, or empty if it is unknown or revoked
	 */
	Mono<SdkKeyDetails> find(String sha256);

	/**
	 * Return the keys that were added, changed or revoked from now on. Their sessions are
	 * checked again at once: those of a revoked key end, those of a changed key go on
	 * with what the key allows now.
	 * @return an endless stream of keys
	 */
	Flux<SdkKey> changes();

	/**
	 * Return the keys whose flag sets the app itself reads, by {@code Flags} and
	 * {@code @OnFlagUpdate}.
	 * @return the keys that are known without being asked for, possibly none
	 */
	default Collection<SdkKeyDetails> known() {
		return List.of();
	}

	/**
	 * Return whether any key may be used from an origin. Asked for a preflight, which
	 * carries no key.
	 * @param origin the value of the {@code Origin} header
	 * @return whether to let the browser send its request
	 */
	default Mono<Boolean> allowsOrigin(String origin) {
		return Mono.fromSupplier(() -> known().stream().anyMatch((details) -> details.allowsOrigin(origin)));
	}

}
