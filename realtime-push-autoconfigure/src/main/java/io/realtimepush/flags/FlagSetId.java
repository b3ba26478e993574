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
 * Name of a flag set, for instance {@code shop/production}. Any number of SDK keys may
 * select the same flag set.
 *
 * @param name 1 to 128 characters without control characters
 * @since 0.1.0
 */
public record FlagSetId(String name) implements Comparable<FlagSetId> {

	private static final int MAX_LENGTH = 128;

	public FlagSetId {
		Assert.hasText(name, "flag set name must not be empty");
		Assert.isTrue(name.length() <= MAX_LENGTH,
				() -> "flag set name must have at most " + MAX_LENGTH + " characters, but has " + name.length());
		Assert.isTrue(!WellFormed.hasControlCharacters(name), "flag set name must not contain control characters");
	}

	/**
	 * Create an id from its name.
	 * @param name the name, 1 to 128 characters without control characters
	 * @return the id
	 */
	public static FlagSetId of(String name) {
		return new FlagSetId(name);
	}

	@Override
	public int compareTo(FlagSetId other) {
		return this.name.compareTo(other.name);
	}

	@Override
	public String toString() {
		return this.name;
	}

}
