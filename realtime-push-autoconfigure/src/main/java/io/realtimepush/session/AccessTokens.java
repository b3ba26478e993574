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

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Makes access tokens and checks them.
 * <p>
 * Implementations are safe for use by many threads.
 *
 * @since 0.1.0
 */
public interface AccessTokens {

	/**
	 * Return whether a credential is a token rather than an SDK key. Must be quick.
	 * @param credential what a client shows
	 * @return whether {@link #verify} is to decide about it
	 */
	boolean isToken(String credential);

	/**
	 * Check a token.
	 * @param token the token
	 * @return what it says; or the error {@link SessionRejectedException} with
	 * {@code token_expired} if it was good once, or with {@code unauthorized}
	 */
	Mono<TokenClaims> verify(String token);

	/**
	 * Return the keys that others can check tokens with that are made here.
	 * @return a JWK set (RFC 7517) of public keys, or {@code null} if there are none
	 */
	default @Nullable String publicKeys() {
		return null;
	}

	/**
	 * Return whether tokens can be made here, and not only checked.
	 * @return whether {@link #issue} can be called
	 */
	boolean canIssue();

	/**
	 * Make a token.
	 * @param claims what it says
	 * @return the token
	 * @throws IllegalStateException if there is no key to sign with
	 */
	String issue(TokenClaims claims);

}
