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

package io.realtimepush.flags;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/**
 * Random flag sets and histories over few flag keys, so that flags are set, removed and
 * set again, and random filters that let some of them through.
 */
public class FlagHistories extends DomainContextBase {

	public static final FlagSetId FLAG_SET = FlagSetId.of("shop/production");

	private static final List<String> KEYS = List.of("ui.dark", "ui.hero", "ui.a.dark", "checkout", "limit", "a, b",
			"a", "b");

	private static final List<String> PATTERNS = List.of("ui.*", "*dark", "*i*a*", "checkout", "limit", "a, b", "a",
			"b", "**", "none");

	private static final List<FlagValue> VALUES = List.of(FlagValue.TRUE, FlagValue.FALSE, FlagValue.NULL,
			FlagValue.of(7), FlagValue.of("null"), FlagValue.ofJson("{\"a\":[1.0,null]}"));

	@Provide
	Arbitrary<FlagFilter> filters() {
		return Arbitraries.of(PATTERNS)
			.list()
			.ofMaxSize(3)
			.map(FlagFilter::of)
			.list()
			.ofMaxSize(3)
			.map((filters) -> filters.stream().reduce(FlagFilter.all(), FlagFilter::and));
	}

	@Provide
	Arbitrary<FlagSet> flagSets() {
		return Arbitraries.maps(Arbitraries.of(KEYS), Arbitraries.of(VALUES)).map(FlagSet::of);
	}

	@Provide
	Arbitrary<History> histories() {
		return Combinators.combine(flagSets(), steps().list().ofMinSize(1).ofMaxSize(12)).as(FlagHistories::history);
	}

	@Provide
	Arbitrary<Random> randoms() {
		return Arbitraries.randoms();
	}

	/** What one version does: each touched flag is set to a value, or removed. */
	private Arbitrary<Map<String, List<FlagValue>>> steps() {
		Arbitrary<List<FlagValue>> operations = Arbitraries.of(VALUES).list().ofMaxSize(1);
		return Arbitraries.maps(Arbitraries.of(KEYS), operations).ofMaxSize(4);
	}

	private static History history(FlagSet start, List<Map<String, List<FlagValue>>> steps) {
		List<FlagSnapshot> snapshots = new ArrayList<>();
		List<FlagDelta> deltas = new ArrayList<>();
		FlagPosition position = new FlagPosition("k7f3", 41);
		Map<String, FlagValue> flags = new LinkedHashMap<>(start.asMap());
		snapshots.add(new FlagSnapshot(FLAG_SET, position, start));
		for (Map<String, List<FlagValue>> step : steps) {
			Map<String, FlagValue> set = new LinkedHashMap<>();
			Set<String> removed = new LinkedHashSet<>();
			step.forEach((key, operation) -> {
				if (operation.isEmpty()) {
					removed.add(key);
					flags.remove(key);
				}
				else {
					set.put(key, operation.get(0));
					flags.put(key, operation.get(0));
				}
			});
			deltas.add(new FlagDelta(position, position.version() + 1, set, removed));
			position = position.at(position.version() + 1);
			snapshots.add(new FlagSnapshot(FLAG_SET, position, FlagSet.of(flags)));
		}
		return new History(snapshots, deltas);
	}

	/**
	 * A flag set through its versions.
	 *
	 * @param snapshots the whole set at every version, computed without the code under
	 * test
	 * @param deltas what leads from each version to the next
	 */
	public record History(List<FlagSnapshot> snapshots, List<FlagDelta> deltas) {

		public FlagSnapshot first() {
			return this.snapshots.get(0);
		}

		public FlagSnapshot last() {
			return this.snapshots.get(this.snapshots.size() - 1);
		}

		public FlagDelta merged(int from, int to) {
			return this.deltas.subList(from, to).stream().reduce(FlagDelta::then).orElseThrow();
		}

		public FlagDelta merged() {
			return merged(0, this.deltas.size());
		}

	}

}
