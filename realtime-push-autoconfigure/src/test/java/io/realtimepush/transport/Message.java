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

package io.realtimepush.transport;

import io.realtimepush.flags.FlagPosition;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A message as a client sees it.
 *
 * @param json the JSON text
 * @param node the same, parsed
 * @param id the event's id, on SSE
 */
record Message(String json, JsonNode node, @Nullable String id) {

	private static final JsonMapper JSON = new JsonMapper();

	static Message of(String json) {
		return new Message(json, JSON.readTree(json), null);
	}

	Message withId(@Nullable String eventId) {
		return new Message(this.json, this.node, eventId);
	}

	String type() {
		return text("type");
	}

	String text(String field) {
		return this.node.path(field).asString("");
	}

	boolean flag(String field) {
		return this.node.path(field).asBoolean(false);
	}

	long number(String field) {
		return this.node.path(field).asLong(-1);
	}

	FlagPosition position() {
		return new FlagPosition(text("epoch"), number("version"));
	}

	JsonNode flags() {
		return this.node.path("flags");
	}

	@Override
	public String toString() {
		return this.json;
	}

}
