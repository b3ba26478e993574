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

package io.realtimepush.hub;

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
 * Flag sets to publish: one flag {@code limit} whose value is the version, and {@code
 * ui.dark}, which never changes, unless a test says otherwise.
 */
final class HubFixture {

	static final FlagSetId SHOP = FlagSetId.of("shop/production");

	static final FlagSetId OTHER = FlagSetId.of("shop/staging");

	static final String EPOCH = "k7";

	private HubFixture() {
	}

	static FlagPosition at(long version) {
		return new FlagPosition(EPOCH, version);
	}

	static FlagSnapshot snapshot(long version) {
		return snapshot(SHOP, at(version));
	}

	static FlagSnapshot snapshot(FlagSetId flagSet, FlagPosition position) {
		Map<String, FlagValue> flags = new LinkedHashMap<>();
		flags.put("limit", FlagValue.of(position.version()));
		flags.put("ui.dark", FlagValue.TRUE);
		return new FlagSnapshot(flagSet, position, FlagSet.of(flags));
	}

	static FlagDelta delta(long from, long to) {
		return new FlagDelta(at(from), to, Map.of("limit", FlagValue.of(to)), Set.of());
	}

}
