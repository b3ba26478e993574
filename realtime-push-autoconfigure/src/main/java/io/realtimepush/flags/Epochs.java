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
import java.security.SecureRandom;
import java.util.regex.Pattern;

import org.springframework.util.Assert;

/**
 * Names of the counters of a source.
 *
 * @since 0.1.0
 */
public final class Epochs {

	/**
	 * Longest epoch of a source: with the hash of a filter it makes the 17 characters
	 * that a position allows.
	 */
	public static final int MAX_LENGTH = 8;

	private static final char[] BASE32 = "abcdefghijklmnopqrstuvwxyz234567".toCharArray();

	private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_-]{1," + MAX_LENGTH + "}");

	private static final SecureRandom RANDOM = new SecureRandom();

	private Epochs() {
	}

	/**
	 * Return a new random epoch.
	 * @return 8 lower-case letters and digits
	 */
	public static String random() {
		long bits = RANDOM.nextLong();
		StringBuilder result = new StringBuilder(MAX_LENGTH);
		for (int i = 0; i < MAX_LENGTH; i++) {
			result.append(Character.forDigit((int) Long.remainderUnsigned(bits, 36), 36));
			bits = Long.divideUnsigned(bits, 36);
		}
		return result.toString();
	}

	/**
	 * Check the epoch of a source.
	 * @param epoch the epoch to check
	 * @return the epoch
	 * @throws IllegalArgumentException if it is not of 1 to 8 characters of
	 * {@code [A-Za-z0-9_-]}; the dot is kept for views
	 */
	public static String requireValid(String epoch) {
		Assert.isTrue(VALID.matcher(epoch).matches(), () -> "epoch of a flag source must be 1 to " + MAX_LENGTH
				+ " characters of [A-Za-z0-9_-], but was '" + epoch + "'");
		return epoch;
	}

	/**
	 * Return the epoch of a view.
	 * @param sourceEpoch the epoch of the source; one of more than 8 characters, which is
	 * that of a view already, counts by its hash
	 * @param view the hash of what makes the view, of 8 characters
	 * @return the epoch, the same on every node
	 */
	public static String ofView(String sourceEpoch, String view) {
		return ((sourceEpoch.length() <= MAX_LENGTH) ? sourceEpoch : hash(sourceEpoch)) + "." + view;
	}

	/**
	 * Return a hash that fits into an epoch.
	 * @param text the text
	 * @return 8 lower-case letters and digits
	 */
	static String hash(String text) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			StringBuilder result = new StringBuilder(MAX_LENGTH);
			for (int i = 0; i < MAX_LENGTH; i++) {
				result.append(BASE32[digest[i] & 31]);
			}
			return result.toString();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

}
