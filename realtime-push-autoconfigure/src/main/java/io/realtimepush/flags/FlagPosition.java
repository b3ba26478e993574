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

import org.springframework.util.Assert;

/**
 * Where in the history of a flag set somebody is: an epoch and a version. Written as
 * {@code <epoch>:<version>}, for instance {@code k7f3:42}.
 * <p>
 * Versions are comparable only within an epoch. The epoch names the counter: a store that
 * was created anew or restored from a backup counts under another epoch, so that a client
 * that has seen version 50 does not wait for ever when the counter starts at 1 again. On
 * the wire the epoch also names the view, see {@link FlagFilter#viewEpoch(String)}.
 *
 * @param epoch 1 to 17 characters of {@code [A-Za-z0-9._-]}
 * @param version 0 to 2<sup>53</sup>−1, the integers that every JSON reader keeps exact
 * @since 0.1.0
 */
public record FlagPosition(String epoch, long version) {

	/**
	 * Highest version, 2<sup>53</sup>−1.
	 */
	public static final long MAX_VERSION = (1L << 53) - 1;

	private static final int MAX_EPOCH_LENGTH = 17;

	private static final int MAX_VERSION_DIGITS = 16;

	private static final String MALFORMED = "position must be '<epoch>:<version>'";

	public FlagPosition {
		Assert.isTrue(isEpoch(epoch), "epoch must be 1 to 17 characters of [A-Za-z0-9._-]");
		if (version < 0 || version > MAX_VERSION) {
			throw new IllegalArgumentException("version must be between 0 and " + MAX_VERSION + ", but was " + version);
		}
	}

	private static boolean isEpoch(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			boolean allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '.'
					|| c == '_' || c == '-';
			if (!allowed) {
				return false;
			}
		}
		return !text.isEmpty() && text.length() <= MAX_EPOCH_LENGTH;
	}

	/**
	 * Read a position.
	 * @param text {@code <epoch>:<version>}
	 * @return the position
	 * @throws IllegalArgumentException if the text cannot be read
	 */
	public static FlagPosition parse(String text) {
		int colon = text.indexOf(':');
		int digits = text.length() - colon - 1;
		Assert.isTrue(colon > 0 && digits > 0 && digits <= MAX_VERSION_DIGITS, MALFORMED);
		long version = 0;
		for (int i = colon + 1; i < text.length(); i++) {
			char c = text.charAt(i);
			Assert.isTrue(c >= '0' && c <= '9', MALFORMED);
			version = 10 * version + c - '0';
		}
		return new FlagPosition(text.substring(0, colon), version);
	}

	/**
	 * Return the position of another version in the same epoch.
	 * @param version the other version
	 * @return the position
	 */
	public FlagPosition at(long version) {
		return new FlagPosition(this.epoch, version);
	}

	/**
	 * Return the position of the next version in the same epoch.
	 * @return the position
	 */
	public FlagPosition next() {
		return at(this.version + 1);
	}

	/**
	 * Return whether both positions count under the same epoch.
	 * @param other the other position
	 * @return whether the versions can be compared
	 */
	public boolean isSameEpoch(FlagPosition other) {
		return this.epoch.equals(other.epoch);
	}

	/**
	 * Return whether this position is of the same epoch as another and of a higher
	 * version.
	 * @param other the other position
	 * @return whether this position is ahead
	 */
	public boolean isAheadOf(FlagPosition other) {
		return this.version > other.version && isSameEpoch(other);
	}

	@Override
	public String toString() {
		return this.epoch + ":" + this.version;
	}

}
