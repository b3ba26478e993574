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

package io.realtimepush.client;

import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes and reads what goes to and comes from the server app.
 *
 * @param mapper how
 */
record Payloads(JsonMapper mapper) {

	/**
	 * Write a payload.
	 * @throws IllegalArgumentException if it cannot be written
	 */
	FlagValue write(@Nullable Object payload) {
		if (payload instanceof FlagValue value) {
			return value;
		}
		try {
			return FlagValue.ofJson(this.mapper.writeValueAsString(payload));
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("payload cannot be written as JSON: " + ex.getOriginalMessage(), ex);
		}
	}

	/**
	 * Read a payload.
	 * @return the value, {@code null} for JSON {@code null}
	 * @throws JacksonException if it does not fit the type
	 */
	<T> @Nullable T read(FlagValue payload, Class<T> type) {
		if (type == FlagValue.class) {
			return type.cast(payload);
		}
		return payload.equals(FlagValue.NULL) ? null : this.mapper.readValue(payload.json(), type);
	}

}
