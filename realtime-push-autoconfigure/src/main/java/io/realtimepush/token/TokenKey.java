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

package io.realtimepush.token;

import org.springframework.util.Assert;

/**
 * A key that tokens are signed and checked with.
 *
 * @param id its name, which tokens carry
 * @param secret at least 32 bytes, as many as the hash has (RFC 7518, section 3.2)
 * @since 0.1.0
 */
public record TokenKey(String id, byte[] secret) {

	/**
	 * Fewest bytes of a secret.
	 */
	public static final int MIN_SECRET_LENGTH = 32;

	public TokenKey {
		Assert.hasText(id, "a key of tokens needs an id");
		if (secret.length < MIN_SECRET_LENGTH) {
			throw new IllegalArgumentException("the secret of key '" + id + "' must have at least " + MIN_SECRET_LENGTH
					+ " bytes, but has " + secret.length);
		}
		secret = secret.clone();
	}

	@Override
	public byte[] secret() {
		return this.secret.clone();
	}

	/**
	 * Leave out the secret, so that it reaches no log.
	 */
	@Override
	public String toString() {
		return "TokenKey[id=" + this.id + "]";
	}

}
