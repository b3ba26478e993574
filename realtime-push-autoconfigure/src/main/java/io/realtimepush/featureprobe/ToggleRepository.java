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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The toggles and segments of a flag set, ready to be evaluated and to be written.
 * Immutable, and safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class ToggleRepository {

	/**
	 * What the flag keys of segments begin with; the unique id follows.
	 */
	public static final String SEGMENT_PREFIX = "$segment/";

	/**
	 * What the flag keys begin with that hold what else stands in a document.
	 */
	public static final String DOCUMENT_PREFIX = "$repository/";

	static final String DEBUG_UNTIL_TIME = DOCUMENT_PREFIX + "debugUntilTime";

	static final String EVENTS = DOCUMENT_PREFIX + "events";

	private final long version;

	private final Map<String, Toggle> toggles;

	private final Map<String, Segment> segments;

	private final FlagValue debugUntilTime;

	private final FlagValue events;

	/** By the flag key of a toggle or segment, the flag keys of those that name it. */
	private volatile @Nullable Map<String, List<String>> dependents;

	private ToggleRepository(long version, Map<String, Toggle> toggles, Map<String, Segment> segments,
			FlagValue debugUntilTime, FlagValue events) {
		this.version = version;
		this.toggles = Collections.unmodifiableMap(toggles);
		this.segments = Collections.unmodifiableMap(segments);
		this.debugUntilTime = debugUntilTime;
		this.events = events;
	}

	/**
	 * Read a flag set whose flags are toggles and segments. What is no JSON object is
	 * left out.
	 * @param flags the flag set
	 * @param version the version that is written
	 * @param before an earlier state of the same flag set, of which is taken over what
	 * has not changed, or {@code null}
	 * @return the repository
	 */
	public static ToggleRepository ofDocuments(FlagSet flags, long version, @Nullable ToggleRepository before) {
		Map<String, Toggle> toggles = new LinkedHashMap<>();
		Map<String, Segment> segments = new LinkedHashMap<>();
		flags.asMap().forEach((key, document) -> {
			if (key.startsWith(SEGMENT_PREFIX)) {
				String id = key.substring(SEGMENT_PREFIX.length());
				Segment known = (before != null) ? before.segment(id) : null;
				segments.put(id, (known != null && known.document().equals(document)) ? known : Segment.read(document));
			}
			else if (!key.startsWith(DOCUMENT_PREFIX)) {
				Toggle known = (before != null) ? before.toggle(key) : null;
				Toggle toggle = (known != null && known.document().equals(document)) ? known
						: Toggle.read(key, document);
				if (toggle != null) {
					toggles.put(key, toggle);
				}
			}
		});
		FlagValue debugUntilTime = flags.get(DEBUG_UNTIL_TIME);
		FlagValue events = flags.get(EVENTS);
		return new ToggleRepository(version, toggles, segments,
				(debugUntilTime != null) ? debugUntilTime : FlagValue.NULL,
				(events != null) ? events : RepositoryWriter.EMPTY_OBJECT);
	}

	/**
	 * Show plain values as toggles: each is on for everybody, clients too, and its value
	 * is its one variation.
	 * @param flags the flag set
	 * @param version the version that is written, for the toggles too
	 * @return the repository
	 */
	public static ToggleRepository ofValues(FlagSet flags, long version) {
		Map<String, Toggle> toggles = new LinkedHashMap<>();
		Serve only = new Serve.Select(0);
		flags.asMap()
			.forEach((key, value) -> toggles.put(key, new Toggle(key, RepositoryWriter.alwaysOn(key, value, version),
					true, false, null, version, true, only, only, List.of(), List.of(value), List.of(), Set.of())));
		return new ToggleRepository(version, toggles, Map.of(), FlagValue.NULL, RepositoryWriter.EMPTY_OBJECT);
	}

	/**
	 * Check the key of a toggle.
	 * @param key the key
	 * @return the key
	 * @throws IllegalArgumentException if it cannot be a flag key, or is one that stands
	 * for something else
	 */
	public static String requireToggleKey(String key) {
		FlagSet.requireValidKey(key);
		Assert.isTrue(!key.startsWith(SEGMENT_PREFIX) && !key.startsWith(DOCUMENT_PREFIX),
				() -> "toggle key must not begin with '" + SEGMENT_PREFIX + "' or '" + DOCUMENT_PREFIX + "', but is '"
						+ key + "'");
		return key;
	}

	/**
	 * Return the version that is written.
	 * @return the version
	 */
	public long version() {
		return this.version;
	}

	@Nullable Toggle toggle(String key) {
		return this.toggles.get(key);
	}

	@Nullable Segment segment(String id) {
		return this.segments.get(id);
	}

	Map<String, Toggle> toggles() {
		return this.toggles;
	}

	Map<String, Segment> segments() {
		return this.segments;
	}

	FlagValue debugUntilTime() {
		return this.debugUntilTime;
	}

	FlagValue events() {
		return this.events;
	}

	/**
	 * Return the toggles whose values may depend on given flags.
	 * @param touched the flag keys of toggles and segments
	 * @return the keys of these toggles themselves, also of those that are gone, and of
	 * all that refer to any of them by whatever way
	 */
	Set<String> dependentsOf(Set<String> touched) {
		Map<String, List<String>> dependents = this.dependents;
		if (dependents == null) {
			dependents = findDependents();
			this.dependents = dependents;
		}
		Set<String> found = new LinkedHashSet<>(touched);
		Deque<String> open = new ArrayDeque<>(touched);
		for (String key = open.poll(); key != null; key = open.poll()) {
			for (String dependent : dependents.getOrDefault(key, List.of())) {
				if (found.add(dependent)) {
					open.add(dependent);
				}
			}
		}
		found.removeIf((key) -> key.startsWith(SEGMENT_PREFIX) || key.startsWith(DOCUMENT_PREFIX));
		return found;
	}

	private Map<String, List<String>> findDependents() {
		Map<String, List<String>> result = new HashMap<>();
		this.toggles.forEach((key, toggle) -> toggle.references()
			.forEach((other) -> result.computeIfAbsent(other, (same) -> new ArrayList<>()).add(key)));
		this.segments.forEach((id, segment) -> segment.references()
			.forEach((other) -> result.computeIfAbsent(other, (same) -> new ArrayList<>()).add(SEGMENT_PREFIX + id)));
		return result;
	}

	/**
	 * Evaluate the toggles that clients may see.
	 * @param user whom to evaluate for
	 * @param visible which of them the asking key may see
	 * @param now the present time in epoch seconds
	 * @return what they give, by toggle key, without those that serve the user nothing
	 */
	public Map<String, Evaluation> evaluate(FlagUser user, Predicate<String> visible, long now) {
		return evaluate(this.toggles.keySet(), user, visible, now);
	}

	/**
	 * Evaluate some of the toggles that clients may see.
	 * @param keys their keys, of which some need not be there
	 */
	Map<String, Evaluation> evaluate(Set<String> keys, FlagUser user, Predicate<String> visible, long now) {
		Map<String, Evaluation> result = new LinkedHashMap<>();
		Evaluator evaluator = new Evaluator(this, user, now);
		for (String key : keys) {
			Toggle toggle = this.toggles.get(key);
			if (toggle != null && toggle.forClient() && visible.test(key)) {
				Evaluation evaluation = evaluator.evaluate(toggle);
				if (evaluation.value() != null) {
					result.put(key, evaluation);
				}
			}
		}
		return result;
	}

}
