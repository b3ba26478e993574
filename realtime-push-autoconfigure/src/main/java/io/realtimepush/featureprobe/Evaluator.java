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

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Evaluates the toggles of a repository for one user at one time. What it has found is
 * kept, so that toggles which depend on one another in many ways cost no more than each
 * of them on each level.
 * <p>
 * Not safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class Evaluator {

	/** Most toggles in a row of which each is a prerequisite of the one before. */
	static final int MAX_LEVELS = 20;

	private final ToggleRepository repository;

	private final FlagUser user;

	private final long now;

	private final RegexBudget regexBudget = new RegexBudget();

	private final Map<String, Boolean> segments = new HashMap<>();

	private final Map<Step, Outcome> outcomes = new HashMap<>();

	/** How many segments in a row are being looked at, each because of the one before. */
	private int segmentLevel;

	/**
	 * Create an evaluator.
	 * @param repository the toggles and segments
	 * @param user whom to evaluate for
	 * @param now the present time in epoch seconds
	 */
	public Evaluator(ToggleRepository repository, FlagUser user, long now) {
		this.repository = repository;
		this.user = user;
		this.now = now;
	}

	FlagUser user() {
		return this.user;
	}

	long now() {
		return this.now;
	}

	RegexBudget regexBudget() {
		return this.regexBudget;
	}

	/** A segment that leads to itself does not contain the user by that way. */
	boolean isInSegment(String id) {
		Boolean known = this.segments.putIfAbsent(id, false);
		if (known != null) {
			return known;
		}
		Segment segment = (this.segmentLevel < MAX_LEVELS) ? this.repository.segment(id) : null;
		this.segmentLevel++;
		boolean contained = segment != null && segment.contains(this);
		this.segmentLevel--;
		this.segments.put(id, contained);
		return contained;
	}

	/**
	 * Evaluate a toggle.
	 * @param key its key
	 * @return what it gives, or {@code null} if there is no such toggle
	 */
	public @Nullable Evaluation evaluate(String key) {
		Toggle toggle = this.repository.toggle(key);
		return (toggle != null) ? evaluate(toggle) : null;
	}

	Evaluation evaluate(Toggle toggle) {
		Outcome outcome = outcome(toggle, 0);
		Evaluation evaluation = outcome.evaluation();
		return (evaluation != null) ? evaluation
				: result(toggle, toggle.disabledServe(), null, String.valueOf(outcome.failure()));
	}

	/** A failure is the failure of all toggles on the way to it. */
	private Outcome outcome(Toggle toggle, int level) {
		Step step = new Step(toggle.key(), level);
		Outcome known = this.outcomes.get(step);
		if (known == null) {
			known = find(toggle, level);
			this.outcomes.put(step, known);
		}
		return known;
	}

	private Outcome find(Toggle toggle, int level) {
		if (!toggle.enabled()) {
			return Outcome.of(result(toggle, toggle.disabledServe(), null, "disabled."));
		}
		if (level >= MAX_LEVELS) {
			return Outcome.failure("more than " + MAX_LEVELS + " levels of prerequisites.");
		}
		for (Toggle.Prerequisite prerequisite : toggle.prerequisites()) {
			Toggle other = this.repository.toggle(prerequisite.key());
			if (other == null) {
				return Outcome.failure("prerequisite is missing.");
			}
			Outcome outcome = outcome(other, level + 1);
			Evaluation evaluation = outcome.evaluation();
			if (evaluation == null) {
				return outcome;
			}
			if (!isSame(evaluation.value(), prerequisite.value())) {
				return Outcome.of(result(toggle, toggle.disabledServe(), null, "prerequisite is not met."));
			}
		}
		return Outcome.of(serve(toggle));
	}

	private Evaluation serve(Toggle toggle) {
		List<Toggle.Rule> rules = toggle.rules();
		for (int i = 0; i < rules.size(); i++) {
			if (rules.get(i).holds(this)) {
				return result(toggle, rules.get(i).serve(), i, "rule " + i);
			}
		}
		return result(toggle, toggle.defaultServe(), null, "default.");
	}

	private Evaluation result(Toggle toggle, Serve serve, @Nullable Integer ruleIndex, String reason) {
		Integer index = serve.index(toggle.key(), this.user);
		if (index == null || index >= toggle.variations().size()) {
			return new Evaluation(null, ruleIndex, null, toggle.version(), reason);
		}
		return new Evaluation(toggle.variations().get(index), ruleIndex, index, toggle.version(), reason);
	}

	/** Numbers are compared by what they are worth, objects whatever their order. */
	private static boolean isSame(@Nullable FlagValue given, @Nullable JsonNode expected) {
		if (given == null || expected == null) {
			return false;
		}
		JsonNode node = Toggle.parse(given);
		return node != null && node.equals(Evaluator::compareNodes, expected);
	}

	private static int compareNodes(JsonNode one, JsonNode other) {
		if (one.isNumber() && other.isNumber()) {
			return one.decimalValue().compareTo(other.decimalValue());
		}
		return one.equals(other) ? 0 : 1;
	}

	/**
	 * A toggle at a level of prerequisites.
	 */
	private record Step(String key, int level) {

	}

	/**
	 * What a toggle gives, or why that cannot be told.
	 */
	private record Outcome(@Nullable Evaluation evaluation, @Nullable String failure) {

		static Outcome of(Evaluation evaluation) {
			return new Outcome(evaluation, null);
		}

		static Outcome failure(String failure) {
			return new Outcome(null, failure);
		}

	}

}
