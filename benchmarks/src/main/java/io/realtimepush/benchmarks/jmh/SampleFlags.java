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

package io.realtimepush.benchmarks.jmh;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;

/**
 * Flag sets to measure with.
 */
final class SampleFlags {

	static final FlagSetId ID = FlagSetId.of("bench");

	static final FlagPosition START = new FlagPosition("jmh", 1);

	private static final FlagValue VALUE = FlagValue.ofJson("""
			{"label": "Buy now", "express": true, "variants": ["control", "blue", "green"]}""");

	private SampleFlags() {
	}

	static String key(int index) {
		return "app.checkout.feature-%05d".formatted(index);
	}

	static Map<String, FlagValue> flags(int count) {
		Map<String, FlagValue> flags = new LinkedHashMap<>();
		for (int i = 0; i < count; i++) {
			flags.put(key(i), VALUE);
		}
		return flags;
	}

	static FlagSnapshot snapshot(int count) {
		return new FlagSnapshot(ID, START, FlagSet.of(flags(count)));
	}

	/** A change of one flag, which leads from a version to the next. */
	static FlagDelta delta(FlagPosition from, int flag) {
		return new FlagDelta(from, from.version() + 1, Map.of(key(flag), VALUE), Set.of());
	}

}
