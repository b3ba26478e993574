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

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.realtimepush.flags.Epochs;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagLens;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;

/**
 * Shows toggles as they are evaluated for a user.
 */
final class EvaluationLens implements FlagLens {

	private static final int HASH_BYTES = 6;

	private final EvaluationLenses.SharedToggles toggles;

	private final FlagUser user;

	private final FlagFilter visible;

	private final Clock clock;

	private final String hash;

	EvaluationLens(EvaluationLenses.SharedToggles toggles, FlagUser user, FlagFilter visible, Clock clock) {
		this.toggles = toggles;
		this.user = user;
		this.visible = visible;
		this.clock = clock;
		this.hash = hash(user.canonical() + "\n" + visible);
	}

	private static String hash(String text) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			byte[] start = new byte[HASH_BYTES];
			System.arraycopy(digest, 0, start, 0, HASH_BYTES);
			return Base64.getUrlEncoder().withoutPadding().encodeToString(start);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

	@Override
	public String viewEpoch(String sourceEpoch) {
		return Epochs.ofView(sourceEpoch, this.hash);
	}

	@Override
	public FlagSet see(FlagSnapshot snapshot) {
		ToggleRepository repository = this.toggles.at(snapshot);
		return FlagSet.of(evaluate(repository, repository.toggles().keySet()));
	}

	@Override
	public Seen see(FlagSnapshot snapshot, Set<String> touched) {
		ToggleRepository repository = this.toggles.at(snapshot);
		Set<String> affected = repository.dependentsOf(touched);
		Map<String, FlagValue> set = evaluate(repository, affected);
		Set<String> removed = new LinkedHashSet<>(affected);
		removed.removeAll(set.keySet());
		return new Seen(set, removed);
	}

	private Map<String, FlagValue> evaluate(ToggleRepository repository, Set<String> keys) {
		Map<String, FlagValue> values = new LinkedHashMap<>();
		repository.evaluate(keys, this.user, this.visible::matches, this.clock.millis() / 1000)
			.forEach((key, evaluation) -> values.put(key, Objects.requireNonNull(evaluation.value())));
		return values;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof EvaluationLens that && this.user.equals(that.user) && this.visible.equals(that.visible);
	}

	@Override
	public int hashCode() {
		return 31 * this.user.hashCode() + this.visible.hashCode();
	}

	@Override
	public String toString() {
		return "evaluated for " + this.user + ", " + this.visible;
	}

}
