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

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagHistories.History;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link FlagDelta}, {@link FlagSet} and {@link FlagChange}.
 */
@Domain(FlagHistories.class)
@Domain(DomainContext.Global.class)
class FlagDeltaTests {

	@Property
	void mergedDeltaLeadsToTheSameFlagSetAsItsParts(@ForAll History history) {
		assertThat(history.first().apply(history.merged())).isEqualTo(history.last());
	}

	@Property
	void everyRunOfDeltasLeadsFromItsStartToItsEnd(@ForAll History history, @ForAll @IntRange(max = 1000) int start,
			@ForAll @IntRange(max = 1000) int length) {
		int from = start % history.deltas().size();
		int to = from + 1 + length % (history.deltas().size() - from);
		FlagDelta merged = history.merged(from, to);
		assertThat(merged.from()).isEqualTo(history.snapshots().get(from).position());
		assertThat(merged.to()).isEqualTo(history.snapshots().get(to).position());
		assertThat(history.snapshots().get(from).apply(merged)).isEqualTo(history.snapshots().get(to));
	}

	@Property
	void mergingIsAssociative(@ForAll History history) {
		List<FlagDelta> deltas = history.deltas();
		FlagDelta fromTheRight = deltas.get(deltas.size() - 1);
		for (int i = deltas.size() - 2; i >= 0; i--) {
			fromTheRight = deltas.get(i).then(fromTheRight);
		}
		assertThat(fromTheRight).isEqualTo(history.merged());
	}

	@Property
	void mergedDeltaHoldsExactlyTheTouchedFlags(@ForAll History history) {
		Set<String> touched = new HashSet<>();
		for (FlagDelta delta : history.deltas()) {
			touched.addAll(delta.set().keySet());
			touched.addAll(delta.removed());
		}
		FlagDelta merged = history.merged();
		assertThat(merged.set().keySet()).noneMatch(merged.removed()::contains);
		Set<String> held = new HashSet<>(merged.set().keySet());
		held.addAll(merged.removed());
		assertThat(held).isEqualTo(touched);
	}

	@Property
	void filteringCommutesWithMerging(@ForAll History history, @ForAll FlagFilter filter) {
		FlagDelta ofParts = history.deltas()
			.stream()
			.map((delta) -> delta.filter(filter))
			.reduce(FlagDelta::then)
			.orElseThrow();
		assertThat(ofParts).isEqualTo(history.merged().filter(filter));
	}

	@Property
	void filteringCommutesWithApplying(@ForAll History history, @ForAll FlagFilter filter) {
		FlagSnapshot view = history.first().filter(filter).apply(history.merged().filter(filter));
		assertThat(view).isEqualTo(history.last().filter(filter));
		assertThat(view.flags().asMap().keySet()).allMatch(filter::matches);
		assertThat(view.position()).isEqualTo(filter.view(history.last().position()));
	}

	@Property
	void smallestDeltaLeadsToTheTargetAndTouchesNothingElse(@ForAll FlagSet before, @ForAll FlagSet after) {
		FlagPosition position = new FlagPosition("k7f3", 41);
		FlagDelta delta = before.deltaTo(after, position, 43);
		assertThat(before.with(delta.set(), delta.removed())).isEqualTo(after);
		assertThat(delta.to()).isEqualTo(new FlagPosition("k7f3", 43));
		assertThat(delta.set()).allSatisfy((key, value) -> assertThat(before.get(key)).isNotEqualTo(value));
		assertThat(delta.removed()).allMatch((key) -> before.get(key) != null && after.get(key) == null);
		assertThat(delta.isEmpty()).isEqualTo(before.equals(after));
	}

	@Property
	void changeOfDeltaIsTheChangeBetweenItsEnds(@ForAll History history) {
		FlagChange compared = FlagChange.between(history.first(), history.last());
		FlagChange ofDelta = FlagChange.of(history.first(), history.merged(), history.last());
		assertThat(ofDelta.updates()).containsExactlyInAnyOrderElementsOf(compared.updates());
		assertThat(ofDelta.from()).isEqualTo(compared.from()).isEqualTo(history.first().position());
		assertThat(ofDelta.position()).isEqualTo(compared.position()).isEqualTo(history.last().position());
	}

	@Property
	void changeTellsOldAndNewValueOfEachFlagThatDiffers(@ForAll History history) {
		FlagSet before = history.first().flags();
		FlagSet after = history.last().flags();
		FlagChange change = FlagChange.between(history.first(), history.last());
		assertThat(change.updates()).extracting(FlagUpdate::key).doesNotHaveDuplicates();
		assertThat(change.updates()).allSatisfy((update) -> {
			assertThat(update.oldValue()).isEqualTo(before.get(update.key())).isNotEqualTo(update.newValue());
			assertThat(update.newValue()).isEqualTo(after.get(update.key()));
			assertThat(update.position()).isEqualTo(history.last().position());
			assertThat(update.kind()).isEqualTo((update.oldValue() == null) ? FlagUpdate.Kind.ADDED
					: (update.newValue() == null) ? FlagUpdate.Kind.REMOVED : FlagUpdate.Kind.CHANGED);
		});
		FlagDelta smallest = before.deltaTo(after, history.first().position(), history.last().position().version());
		assertThat(change.updates()).hasSize(smallest.set().size() + smallest.removed().size());
	}

	@Property
	void firstChangeAddsEveryFlag(@ForAll History history) {
		FlagChange change = FlagChange.between(null, history.last());
		assertThat(change.from()).isNull();
		assertThat(change.updates()).allMatch((update) -> update.kind() == FlagUpdate.Kind.ADDED)
			.extracting(FlagUpdate::key)
			.containsExactlyElementsOf(history.last().flags().asMap().keySet());
	}

	@Test
	void jsonNullIsAValueAndOnlyRemovedRemoves() {
		FlagSet flags = FlagSet.of(Map.of("a", FlagValue.TRUE)).with(Map.of("a", FlagValue.NULL), Set.of());
		assertThat(flags.get("a")).isEqualTo(FlagValue.NULL);
		assertThat(flags.with(Map.of(), Set.of("a", "absent"))).isEqualTo(FlagSet.empty());
	}

	@Test
	void deltaThatStartsElsewhereIsRefused() {
		FlagPosition position = new FlagPosition("k7f3", 41);
		FlagDelta delta = new FlagDelta(position, 42, Map.of(), Set.of());
		assertThatIllegalArgumentException().isThrownBy(() -> delta.then(delta))
			.withMessage("delta that starts at k7f3:41 cannot follow one that ends at k7f3:42");
		FlagSnapshot other = new FlagSnapshot(FlagHistories.FLAG_SET, new FlagPosition("other", 41), FlagSet.empty());
		assertThatIllegalArgumentException().isThrownBy(() -> other.apply(delta))
			.withMessage("delta starts at k7f3:41, but the snapshot is at other:41");
	}

	@Test
	void impossibleDeltaIsRefused() {
		FlagPosition position = new FlagPosition("k7f3", 41);
		assertThatIllegalArgumentException().isThrownBy(() -> new FlagDelta(position, 41, Map.of(), Set.of()))
			.withMessageContaining("above 41");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new FlagDelta(position, FlagPosition.MAX_VERSION + 1, Map.of(), Set.of()))
			.withMessageContaining("at most 9007199254740991");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new FlagDelta(position, 42, Map.of("a", FlagValue.TRUE), Set.of("a")))
			.withMessageContaining("both set and removed");
	}

	@Test
	void flagKeyIsChecked() {
		assertThat(FlagSet.requireValidKey("a".repeat(256))).hasSize(256);
		assertThat(FlagSet.requireValidKey("größe 😀")).isNotEmpty();
		for (String key : List.of("", "a".repeat(257), "a\nb", "a\u0000", "a\u0085", "\ud83d", "\ude00\ud83d")) {
			assertThatIllegalArgumentException().isThrownBy(() -> FlagSet.of(Map.of(key, FlagValue.TRUE)));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> FlagSet.empty().with(Map.of(key, FlagValue.TRUE), Set.of()));
		}
	}

}
