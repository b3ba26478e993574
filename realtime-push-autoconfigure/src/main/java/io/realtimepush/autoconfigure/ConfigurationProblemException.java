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

package io.realtimepush.autoconfigure;

import io.realtimepush.flags.RealtimePushException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown at start when the app cannot run as it is configured. Its analysis is all that
 * is printed.
 */
final class ConfigurationProblemException extends RealtimePushException {

	private final String action;

	private final @Nullable String property;

	/**
	 * Tell of a problem of no single property.
	 */
	ConfigurationProblemException(String problem, String action) {
		this(problem, action, null, null);
	}

	/**
	 * Tell of a property with a wrong value.
	 */
	ConfigurationProblemException(String problem, String action, @Nullable String property, @Nullable Throwable cause) {
		super(problem, cause);
		this.action = action;
		this.property = property;
	}

	String action() {
		return this.action;
	}

	@Nullable String property() {
		return this.property;
	}

}
