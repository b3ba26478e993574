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

import java.util.LinkedHashMap;
import java.util.Map;

import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagValue;

/**
 * Makes toggles and segments for tests. JSON is written with single quotes.
 */
final class ToggleDocuments {

	private final Map<String, FlagValue> flags = new LinkedHashMap<>();

	static String json(String text) {
		return text.replace('\'', '"');
	}

	/**
	 * A toggle with the variations off, on and other, which is on unless a rule decides.
	 */
	ToggleDocuments toggle(String key, String... properties) {
		StringBuilder json = new StringBuilder("{'key':'" + key + "'");
		Map<String, String> all = new LinkedHashMap<>();
		all.put("enabled", "true");
		all.put("forClient", "true");
		all.put("version", "5");
		all.put("disabledServe", "{'select':0}");
		all.put("defaultServe", "{'select':1}");
		all.put("rules", "[]");
		all.put("variations", "['off','on','other']");
		for (int i = 0; i < properties.length; i += 2) {
			all.put(properties[i], properties[i + 1]);
		}
		all.forEach((name, value) -> json.append(",'").append(name).append("':").append(value));
		return put(key, json.append('}').toString());
	}

	/** A toggle that gives other to those for whom a condition holds. */
	ToggleDocuments conditional(String key, String condition) {
		return toggle(key, "rules", "[{'serve':{'select':2},'conditions':[" + condition + "]}]");
	}

	ToggleDocuments segment(String id, String... rules) {
		StringBuilder json = new StringBuilder();
		for (String conditions : rules) {
			json.append(json.isEmpty() ? "" : ",").append("{'conditions':[").append(conditions).append("]}");
		}
		return put(ToggleRepository.SEGMENT_PREFIX + id, "{'uniqueId':'" + id + "','rules':[" + json + "]}");
	}

	ToggleDocuments put(String key, String json) {
		this.flags.put(key, FlagValue.ofJson(json(json)));
		return this;
	}

	ToggleDocuments remove(String key) {
		this.flags.remove(key);
		return this;
	}

	static String condition(String type, String subject, String predicate, String... objects) {
		return "{'type':'" + type + "','subject':'" + subject + "','predicate':'" + predicate + "','objects':["
				+ ((objects.length > 0) ? "'" + String.join("','", objects) + "'" : "") + "]}";
	}

	FlagSet flags() {
		return FlagSet.of(this.flags);
	}

	ToggleRepository repository() {
		return ToggleRepository.ofDocuments(flags(), 17, null);
	}

	Evaluation evaluate(String key, FlagUser user) {
		return new Evaluator(repository(), user, 1_700_000_000).evaluate(key);
	}

	/** The value as JSON. */
	String value(String key, FlagUser user) {
		FlagValue value = evaluate(key, user).value();
		return (value != null) ? value.json() : "nothing";
	}

}
