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

package io.realtimepush.benchmarks.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Runs scenarios and prints a line for each. Ends with status 1 if a goal was missed.
 *
 * @since 0.1.0
 */
public final class Scenarios {

	private static final Map<String, Supplier<Outcome>> ALL = new LinkedHashMap<>();

	static {
		ALL.put("change-cost", ChangeCost::run);
		ALL.put("garbage", Garbage::run);
		ALL.put("many-keys", ManyKeys::run);
		ALL.put("freed", Freed::run);
		ALL.put("storm-delta", () -> Storm.run(false));
		ALL.put("storm-snapshot", () -> Storm.run(true));
		ALL.put("slow-clients", SlowClients::run);
		ALL.put("burst", Burst::run);
		ALL.put("small-heap-64m", () -> SmallHeap.run(64));
		ALL.put("small-heap-48m", () -> SmallHeap.run(48));
	}

	private Scenarios() {
	}

	/**
	 * Run scenarios.
	 * @param args their names, or nothing for all
	 */
	public static void main(String[] args) {
		List<String> names = (args.length > 0) ? List.of(args) : List.copyOf(ALL.keySet());
		boolean reached = true;
		for (String name : names) {
			reached &= run(name);
		}
		System.exit(reached ? 0 : 1);
	}

	private static boolean run(String name) {
		Supplier<Outcome> scenario = ALL.get(name);
		if (scenario == null) {
			throw new IllegalArgumentException("scenario must be one of " + ALL.keySet() + ", but was " + name);
		}
		try {
			Outcome outcome = scenario.get();
			System.out.printf("%s %s: %s; goal: %s%n", outcome.reached() ? "PASS" : "MISS", name, outcome.measured(),
					outcome.goal());
			return outcome.reached();
		}
		catch (RuntimeException ex) {
			System.out.printf("FAIL %s: %s%n", name, ex);
			ex.printStackTrace();
			return false;
		}
	}

}
