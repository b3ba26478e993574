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

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A toggle, ready to be evaluated.
 *
 * @param key the key
 * @param document the toggle as its source has it
 * @param forClient whether client keys see its value
 * @param trackAccessEvents whether SDKs report each access
 * @param lastModified when it was changed last, in epoch milliseconds
 * @param version counts its changes
 * @param enabled whether its rules count
 * @param disabledServe what is served while it is disabled
 * @param defaultServe what is served when no rule decides
 * @param rules the rules in their order
 * @param variations its values
 * @param prerequisites what other toggles must give first
 * @param references the flag keys of toggles and segments that its value depends on
 */
record Toggle(String key, FlagValue document, boolean forClient, boolean trackAccessEvents, @Nullable Long lastModified,
		long version, boolean enabled, Serve disabledServe, Serve defaultServe, List<Rule> rules,
		List<FlagValue> variations, List<Prerequisite> prerequisites, Set<String> references) {

	/**
	 * Read a toggle.
	 * @param key its key
	 * @param document the toggle as JSON
	 * @return the toggle, or {@code null} if the document is no JSON object
	 */
	static @Nullable Toggle read(String key, FlagValue document) {
		JsonNode node = parse(document);
		if (node == null || !node.isObject()) {
			return null;
		}
		Long version = Json.integer(node, "version");
		return new Toggle(key, document, Json.isTrue(node, "forClient"), Json.isTrue(node, "trackAccessEvents"),
				Json.integer(node, "lastModified"), (version != null) ? version : 1, Json.isTrue(node, "enabled"),
				Serve.read(node.get("disabledServe")), Serve.read(node.get("defaultServe")),
				Json.elements(node.get("rules")).stream().map(Rule::read).toList(),
				Json.elements(node.get("variations")).stream().map(Json::value).toList(),
				Json.elements(node.get("prerequisites")).stream().map(Prerequisite::read).toList(), references(node));
	}

	private static Set<String> references(JsonNode node) {
		Set<String> references = new LinkedHashSet<>();
		Json.elements(node.get("prerequisites")).forEach((each) -> references.add(Json.text(each, "key", "")));
		Json.elements(node.get("rules")).forEach((rule) -> Conditions.addSegments(rule, references));
		return references;
	}

	static @Nullable JsonNode parse(FlagValue document) {
		try {
			return Json.MAPPER.readTree(document.json());
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	/**
	 * A rule decides if all its conditions hold.
	 *
	 * @param serve what it serves
	 * @param conditions its conditions
	 */
	record Rule(Serve serve, List<Condition> conditions) {

		static Rule read(JsonNode node) {
			return new Rule(Serve.read(node.get("serve")), Conditions.read(node.get("conditions")));
		}

		boolean holds(Evaluator run) {
			return this.conditions.stream().allMatch((condition) -> condition.holds(run));
		}

	}

	/**
	 * A value that another toggle must give.
	 *
	 * @param key the key of the other toggle
	 * @param value the value
	 */
	record Prerequisite(String key, @Nullable JsonNode value) {

		static Prerequisite read(JsonNode node) {
			return new Prerequisite(Json.text(node, "key", ""), node.get("value"));
		}

	}

}
