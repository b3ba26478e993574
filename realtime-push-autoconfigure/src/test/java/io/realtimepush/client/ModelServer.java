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

package io.realtimepush.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/**
 * What servers know: the whole history of a flag set, of which each node may lag behind.
 */
final class ModelServer {

	private static final FlagSetId NAME = FlagSetId.of("model");

	private static final String[] KEYS = { "a", "b", "c", "d" };

	private final Random random;

	private final Map<FlagPosition, FlagSnapshot> history = new HashMap<>();

	private final List<FlagSnapshot> past = new ArrayList<>();

	private FlagSnapshot newest;

	private int epochs;

	ModelServer(Random random) {
		this.random = random;
		this.newest = put(new FlagSnapshot(NAME, new FlagPosition("e0", 1), FlagSet.empty()));
	}

	private FlagSnapshot put(FlagSnapshot snapshot) {
		this.history.put(snapshot.position(), snapshot);
		this.past.add(snapshot);
		return snapshot;
	}

	FlagSnapshot newest() {
		return this.newest;
	}

	/** Some earlier state, most likely of the present epoch. */
	FlagSnapshot anyOfThePast() {
		return this.past.get(this.past.size() - 1 - this.random.nextInt(Math.min(this.past.size(), 5)));
	}

	boolean hasBeen(FlagSnapshot snapshot) {
		FlagSnapshot known = this.history.get(snapshot.position());
		return known != null && known.flags().equals(snapshot.flags());
	}

	/** Change some flags, or none. */
	void change() {
		Map<String, FlagValue> set = new HashMap<>();
		Set<String> removed = Set.of();
		String key = KEYS[this.random.nextInt(KEYS.length)];
		switch (this.random.nextInt(4)) {
			case 0 -> removed = Set.of(key);
			case 1 -> {
			}
			default -> set.put(key, FlagValue.of(this.random.nextInt(1000)));
		}
		FlagPosition from = this.newest.position();
		long version = from.version() + 1 + this.random.nextInt(2);
		this.newest = put(this.newest.apply(new FlagDelta(from, version, set, removed)));
	}

	/** A backup was restored: a new epoch with lower versions. */
	void renewEpoch() {
		FlagPosition position = new FlagPosition("e" + ++this.epochs, 1 + this.random.nextInt(3));
		this.newest = put(new FlagSnapshot(NAME, position, this.newest.flags()));
	}

	/** What a node that is at a state sends to a client that is at a position. */
	List<ServerMessage> since(FlagSnapshot state, @Nullable FlagPosition position) {
		List<ServerMessage> messages = new ArrayList<>();
		FlagSnapshot before = (position != null) ? this.history.get(position) : null;
		FlagPosition present = state.position();
		if (position != null && position.isAheadOf(present)) {
			return messages;
		}
		boolean continues = before != null && position.isSameEpoch(present);
		if (!continues || this.random.nextInt(4) == 0) {
			messages.add(new ServerMessage.Snapshot(state, false, null));
		}
		else if (!present.equals(position)) {
			messages
				.add(new ServerMessage.Delta(before.flags().deltaTo(state.flags(), position, present.version()), null));
		}
		return messages;
	}

}
