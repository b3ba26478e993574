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

package io.realtimepush.protocol;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What a subscription is sent when its flag set changes.
 *
 * @since 0.1.0
 */
public enum SyncMode {

	/**
	 * What has changed since the last position.
	 */
	DELTA,

	/**
	 * The whole flag set.
	 */
	SNAPSHOT,

	/**
	 * The position only; the client pulls.
	 */
	NOTIFY;

	private final String wireName = name().toLowerCase(Locale.ROOT);

	/**
	 * Return the name on the wire.
	 * @return the lower-case name
	 */
	public String wireName() {
		return this.wireName;
	}

	/**
	 * Find a mode by its name on the wire.
	 * @param name the lower-case name
	 * @return the mode, or {@code null} if there is none of that name
	 */
	public static @Nullable SyncMode ofWireName(String name) {
		for (SyncMode mode : values()) {
			if (mode.wireName.equals(name)) {
				return mode;
			}
		}
		return null;
	}

}
