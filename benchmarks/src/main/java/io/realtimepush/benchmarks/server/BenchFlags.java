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

package io.realtimepush.benchmarks.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.session.SdkKeyDetails;

/**
 * The flag sets and SDK keys that are there from the start.
 */
final class BenchFlags {

	static final String KEY = "sdk-server-bench";

	static final FlagSetId FLAG_SET = FlagSetId.of("bench");

	/** The flag that changes. It is the first of its flag set. */
	static final String FLAG = "bench";

	private BenchFlags() {
	}

	static String key(int index) {
		return KEY + "-" + index;
	}

	static FlagSetId flagSet(int index) {
		return FlagSetId.of("bench-" + index);
	}

	static List<SdkKeyDetails> keys(BenchProperties properties) {
		List<SdkKeyDetails> keys = new ArrayList<>();
		keys.add(details(KEY, FLAG_SET, FlagFilter.all()));
		for (int i = 0; i < properties.keys(); i++) {
			keys.add(details(key(i), flagSet(i), FlagFilter.all()));
		}
		return keys;
	}

	static SdkKeyDetails details(String key, FlagSetId flagSet, FlagFilter visible) {
		return new SdkKeyDetails(SdkKey.server(key), flagSet, visible, Set.of());
	}

	static BenchFlagSource source(BenchProperties properties) {
		Map<String, FlagValue> flags = flags(properties);
		BenchFlagSource source = new BenchFlagSource();
		source.update(FLAG_SET, flags, Set.of());
		for (int i = 0; i < properties.keys(); i++) {
			source.update(flagSet(i), flags, Set.of());
		}
		return source;
	}

	static Map<String, FlagValue> flags(BenchProperties properties) {
		Map<String, FlagValue> flags = new LinkedHashMap<>();
		flags.put(FLAG, FlagValue.NULL);
		FlagValue value = FlagValue.of("x".repeat(properties.valueSize()));
		for (int i = 0; i < properties.flags(); i++) {
			flags.put("app.feature-%05d".formatted(i), value);
		}
		return flags;
	}

}
