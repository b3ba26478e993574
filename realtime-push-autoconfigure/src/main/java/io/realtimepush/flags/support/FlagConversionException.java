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

package io.realtimepush.flags.support;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.RealtimePushException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the value of a flag does not fit the Java type that it is read as.
 *
 * @since 0.1.0
 */
public final class FlagConversionException extends RealtimePushException {

	private final String key;

	private final transient FlagPosition position;

	FlagConversionException(String message, String key, FlagPosition position, @Nullable Throwable cause) {
		super(message, cause);
		this.key = key;
		this.position = position;
	}

	/**
	 * Return which flag it is.
	 * @return the flag key
	 */
	public String key() {
		return this.key;
	}

	/**
	 * Return where the flag has the value.
	 * @return a position at which the flag set holds the value
	 */
	public FlagPosition position() {
		return this.position;
	}

}
