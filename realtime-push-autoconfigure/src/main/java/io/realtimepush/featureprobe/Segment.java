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
import tools.jackson.databind.JsonNode;

/**
 * A named group of users. A user is in it if all conditions of any of its rules hold.
 *
 * @param document the segment as its source has it
 * @param rules the conditions of each rule
 * @param references the flag keys of segments that it depends on
 */
record Segment(FlagValue document, List<List<Condition>> rules, Set<String> references) {

	static Segment read(FlagValue document) {
		JsonNode node = Toggle.parse(document);
		List<JsonNode> rules = Json.elements((node != null) ? node.get("rules") : null);
		Set<String> references = new LinkedHashSet<>();
		rules.forEach((rule) -> Conditions.addSegments(rule, references));
		return new Segment(document, rules.stream().map((rule) -> Conditions.read(rule.get("conditions"))).toList(),
				references);
	}

	boolean contains(Evaluator run) {
		return this.rules.stream()
			.anyMatch((conditions) -> conditions.stream().allMatch((condition) -> condition.holds(run)));
	}

}
