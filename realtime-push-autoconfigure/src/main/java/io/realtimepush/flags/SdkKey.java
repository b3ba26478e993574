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

package io.realtimepush.flags;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Credential that selects one flag set. The key itself is not kept: an instance holds its
 * SHA-256 and a masked form, so it is safe to log and to keep in a heap dump.
 * <p>
 * Two keys are equal if they are made from the same text or hash, whatever their kind.
 *
 * @since 0.1.0
 */
public final class SdkKey {

	/**
	 * Longest key that is read, in characters.
	 */
	public static final int MAX_LENGTH = 256;

	private static final String HASH_PREFIX = "sha256:";

	private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");

	private final Kind kind;

	private final String sha256;

	private final String masked;

	private SdkKey(Kind kind, String sha256, String masked) {
		this.kind = kind;
		this.sha256 = sha256;
		this.masked = masked;
	}

	/**
	 * Create the key of a server-side app.
	 * @param text the key, or {@code sha256:} and the 64 hexadecimal digits of its hash
	 * @return the key
	 * @throws IllegalArgumentException if the text is empty, too long or not a hash
	 */
	public static SdkKey server(String text) {
		return of(Kind.SERVER, text);
	}

	/**
	 * Create the key of a browser, a mobile app or another client that anybody can open.
	 * @param text the key, or {@code sha256:} and the 64 hexadecimal digits of its hash
	 * @return the key
	 * @throws IllegalArgumentException if the text is empty, too long or not a hash
	 */
	public static SdkKey client(String text) {
		return of(Kind.CLIENT, text);
	}

	/**
	 * Create a key.
	 * @param kind who holds the key
	 * @param text the key, or {@code sha256:} and the 64 hexadecimal digits of its hash
	 * @return the key
	 * @throws IllegalArgumentException if the text is empty, too long or not a hash
	 */
	public static SdkKey of(Kind kind, String text) {
		Assert.hasText(text, "SDK key must not be empty");
		if (text.startsWith(HASH_PREFIX)) {
			String hash = text.substring(HASH_PREFIX.length());
			Assert.isTrue(HASH.matcher(hash).matches(), "SDK key hash must be 'sha256:' and 64 hexadecimal digits");
			hash = hash.toLowerCase(Locale.ROOT);
			return new SdkKey(kind, hash, HASH_PREFIX + hash.substring(0, 6) + '…');
		}
		Assert.isTrue(text.length() <= MAX_LENGTH,
				() -> "SDK key must have at most " + MAX_LENGTH + " characters, but has " + text.length());
		return new SdkKey(kind, sha256(text), mask(text));
	}

	/**
	 * Return the hash by which a key is looked up.
	 * @param text the key in clear text
	 * @return its SHA-256 as 64 lower-case hexadecimal digits
	 */
	public static String sha256(String text) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

	/**
	 * Mask a key for messages and logs. At most a quarter of it stays readable.
	 * @param text the key in clear text
	 * @return its first and last characters around {@code …}
	 */
	public static String mask(String text) {
		int head = Math.min(6, text.length() / 6);
		int tail = Math.min(2, text.length() / 12);
		return text.substring(0, head) + '…' + text.substring(text.length() - tail);
	}

	/**
	 * Return who holds the key.
	 * @return the kind
	 */
	public Kind kind() {
		return this.kind;
	}

	/**
	 * Return the SHA-256 of the key, which is its identity.
	 * @return 64 lower-case hexadecimal digits
	 */
	public String sha256() {
		return this.sha256;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof SdkKey that && this.sha256.equals(that.sha256);
	}

	@Override
	public int hashCode() {
		return this.sha256.hashCode();
	}

	/**
	 * Return the masked key, for instance {@code sd…r}.
	 */
	@Override
	public String toString() {
		return this.masked;
	}

	/**
	 * Who holds a key.
	 */
	public enum Kind {

		/**
		 * A server-side app, which keeps the key secret: sees the whole flag set.
		 */
		SERVER,

		/**
		 * A browser, a mobile app, a mini-program: the key is public, may stand in a URL,
		 * and sees only the flags of its patterns.
		 */
		CLIENT

	}

}
