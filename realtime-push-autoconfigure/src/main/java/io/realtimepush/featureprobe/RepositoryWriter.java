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

package io.realtimepush.featureprobe;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Predicate;

import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes what SDKs are answered.
 *
 * @since 0.1.0
 */
public final class RepositoryWriter {

	static final FlagValue EMPTY_OBJECT = FlagValue.ofCompactJson("{}");

	private static final String EMPTY_REPOSITORY = "{\"version\":0,\"debugUntilTime\":null,\"segments\":{},"
			+ "\"toggles\":{},\"events\":null}";

	private RepositoryWriter() {
	}

	/**
	 * Return what a key is answered that is not known.
	 * @return a repository without content, in UTF-8
	 */
	public static byte[] empty() {
		return EMPTY_REPOSITORY.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Write everything, for SDKs that evaluate by themselves.
	 * @param repository the repository
	 * @return the JSON in UTF-8
	 */
	public static byte[] write(ToggleRepository repository) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (JsonGenerator json = Json.MAPPER.createGenerator(out)) {
			json.writeStartObject();
			json.writeNumberProperty("version", repository.version());
			writeRaw(json, "debugUntilTime", repository.debugUntilTime());
			json.writeObjectPropertyStart("segments");
			repository.segments().forEach((id, segment) -> writeRaw(json, id, segment.document()));
			json.writeEndObject();
			json.writeObjectPropertyStart("toggles");
			repository.toggles().forEach((key, toggle) -> writeRaw(json, key, toggle.document()));
			json.writeEndObject();
			writeRaw(json, "events", repository.events());
			json.writeEndObject();
		}
		return out.toByteArray();
	}

	/**
	 * Write what the toggles give a user, for SDKs that do not evaluate.
	 * @param repository the repository
	 * @param user whom to evaluate for
	 * @param visible which toggles the asking key may see
	 * @param now the present time in epoch seconds
	 * @return the JSON in UTF-8
	 */
	public static byte[] writeFor(ToggleRepository repository, FlagUser user, Predicate<String> visible, long now) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (JsonGenerator json = Json.MAPPER.createGenerator(out)) {
			json.writeStartObject();
			for (Map.Entry<String, Evaluation> entry : repository.evaluate(user, visible, now).entrySet()) {
				json.writeObjectPropertyStart(entry.getKey());
				write(json, entry.getValue());
				Toggle toggle = repository.toggles().get(entry.getKey());
				// Some SDKs refuse the whole answer if it is not a boolean
				json.writeBooleanProperty("trackAccessEvents", toggle != null && toggle.trackAccessEvents());
				Long lastModified = (toggle != null) ? toggle.lastModified() : null;
				writeNumber(json, "lastModified", lastModified);
				writeRaw(json, "debugUntilTime", repository.debugUntilTime());
				json.writeEndObject();
			}
			json.writeEndObject();
		}
		return out.toByteArray();
	}

	/**
	 * Write the definitions of automatic events.
	 * @param repository the repository
	 * @return a JSON object in UTF-8
	 */
	public static byte[] writeEvents(ToggleRepository repository) {
		String events = repository.events().json();
		return (events.startsWith("{") ? events : EMPTY_OBJECT.json()).getBytes(StandardCharsets.UTF_8);
	}

	private static void write(JsonGenerator json, Evaluation evaluation) {
		FlagValue value = evaluation.value();
		writeRaw(json, "value", (value != null) ? value : FlagValue.NULL);
		writeNumber(json, "ruleIndex", evaluation.ruleIndex());
		writeNumber(json, "variationIndex", evaluation.variationIndex());
		json.writeNumberProperty("version", evaluation.version());
		json.writeStringProperty("reason", evaluation.reason());
	}

	private static void writeNumber(JsonGenerator json, String name, @Nullable Number number) {
		json.writeName(name);
		if (number != null) {
			json.writeNumber(number.longValue());
		}
		else {
			json.writeNull();
		}
	}

	private static void writeRaw(JsonGenerator json, String name, FlagValue value) {
		json.writeName(name);
		json.writeRawValue(value.json());
	}

	/** A toggle that gives everybody the same value. */
	static FlagValue alwaysOn(String key, FlagValue value, long version) {
		return FlagValue.ofCompactJson("{\"key\":" + FlagValue.of(key).json()
				+ ",\"enabled\":true,\"forClient\":true,\"trackAccessEvents\":false,\"version\":" + version
				+ ",\"disabledServe\":{\"select\":0},\"defaultServe\":{\"select\":0},\"rules\":[],\"variations\":["
				+ value.json() + "],\"prerequisites\":[]}");
	}

}
