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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link VersioningFlagSource}.
 */
class VersioningFlagSourceTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private static final FlagSetId SHOP = FlagSetId.of("shop");

	private static final FlagSetId BLOG = FlagSetId.of("blog");

	private final Map<FlagSetId, FlagSet> flagSets = new ConcurrentHashMap<>();

	private final VersioningFlagSource source = new VersioningFlagSource(
			(flagSet) -> Mono.justOrEmpty(this.flagSets.get(flagSet)));

	@Property(tries = 200)
	void versionGrowsByOneExactlyWhenTheFlagsDiffer(@ForAll("contents") List<FlagSet> contents) {
		FlagSnapshot last = null;
		for (FlagSet flags : contents) {
			this.flagSets.put(SHOP, flags);
			FlagSnapshot snapshot = fetch(SHOP);
			assertThat(snapshot.flags()).isEqualTo(flags);
			if (last != null) {
				assertThat(snapshot.position()).isEqualTo(flags.equals(last.flags()) ? last.position()
						: last.position().at(last.position().version() + 1));
			}
			assertThat(this.source.versions(Set.of(SHOP)).block(TIMEOUT)).isEqualTo(Map.of(SHOP, snapshot.position()));
			last = snapshot;
		}
	}

	@Test
	void eachFlagSetHasItsOwnVersionsAndAnAbsentOneNone() {
		this.flagSets.put(SHOP, flags(1));
		this.flagSets.put(BLOG, flags(1));
		FlagPosition first = fetch(SHOP).position();
		assertThat(first.version()).isEqualTo(1);
		this.flagSets.put(SHOP, flags(2));
		Map<FlagSetId, FlagPosition> positions = this.source.versions(Set.of(SHOP, BLOG, FlagSetId.of("absent")))
			.block(TIMEOUT);
		assertThat(positions).containsOnlyKeys(SHOP, BLOG).containsEntry(SHOP, first.at(2));
		assertThat(positions.get(BLOG).version()).isEqualTo(1);
		// Else one flag set could be taken for the other
		assertThat(positions.get(BLOG).isSameEpoch(first)).isFalse();
	}

	@Test
	void everySourceHasAnEpochOfItsOwn() {
		this.flagSets.put(SHOP, flags(1));
		VersioningFlagSource other = new VersioningFlagSource((flagSet) -> Mono.just(flags(1)));
		FlagSnapshot snapshot = other.fetch(SHOP).block(TIMEOUT);
		assertThat(snapshot).isNotNull();
		assertThat(snapshot.position().isSameEpoch(fetch(SHOP).position())).isFalse();
		assertThat(Epochs.requireValid(snapshot.position().epoch())).hasSize(Epochs.MAX_LENGTH);
	}

	@Test
	void absentFlagSetIsAnError() {
		StepVerifier.create(this.source.fetch(SHOP)).expectErrorSatisfies((ex) -> {
			assertThat(ex).isInstanceOf(FlagSetNotFoundException.class)
				.hasMessage("flag set 'shop' does not exist in the flag source");
			assertThat(((FlagSetNotFoundException) ex).flagSet()).isEqualTo(SHOP);
		}).verify(TIMEOUT);
	}

	@Test
	void flagSetThatComesBackGoesOnCounting() {
		this.flagSets.put(SHOP, flags(1));
		FlagPosition first = fetch(SHOP).position();
		this.flagSets.remove(SHOP);
		assertThat(this.source.versions(Set.of(SHOP)).block(TIMEOUT)).isEmpty();
		this.flagSets.put(SHOP, flags(2));
		assertThat(fetch(SHOP).position()).isEqualTo(first.at(2));
	}

	@Test
	void failureOfTheSourceIsPassedOn() {
		VersioningFlagSource failing = new VersioningFlagSource((flagSet) -> {
			throw new IllegalStateException("down");
		});
		assertThatIllegalStateException().isThrownBy(() -> failing.fetch(SHOP).block(TIMEOUT)).withMessage("down");
		assertThatIllegalStateException().isThrownBy(() -> failing.versions(Set.of(SHOP)).block(TIMEOUT));
	}

	@Test
	void flagSetsThatCannotBeReadDoNotHideTheOthers() {
		FlagSetId broken = FlagSetId.of("broken");
		FlagSetId silent = FlagSetId.of("silent");
		this.flagSets.put(SHOP, flags(1));
		this.flagSets.put(broken, flags(1));
		Set<FlagSetId> failing = ConcurrentHashMap.newKeySet();
		VersioningFlagSource partly = new VersioningFlagSource((flagSet) -> {
			if (flagSet.equals(silent)) {
				return Mono.never();
			}
			return failing.contains(flagSet) ? Mono.error(new IllegalStateException("404"))
					: Mono.justOrEmpty(this.flagSets.get(flagSet));
		}, Duration.ofMillis(50));
		Map<FlagSetId, FlagPosition> well = partly.versions(Set.of(SHOP, broken)).block(TIMEOUT);
		FlagPosition first = well.get(broken);
		failing.add(broken);
		this.flagSets.put(SHOP, flags(2));
		// As if they had moved, so that the watcher reads them and sees why
		assertThat(partly.versions(Set.of(SHOP, broken, silent)).block(TIMEOUT)).containsOnlyKeys(SHOP, broken, silent)
			.containsEntry(SHOP, well.get(SHOP).at(2))
			.containsEntry(broken, first.at(2));
		assertThatIllegalStateException().isThrownBy(() -> partly.fetch(broken).block(TIMEOUT)).withMessage("404");
		// Alone, as for a hint, and without being asked each time
		assertThat(partly.versions(Set.of(broken)).block(TIMEOUT)).isEqualTo(Map.of(broken, first.at(2)));
		failing.clear();
		assertThat(partly.versions(Set.of(broken)).block(TIMEOUT)).isEqualTo(Map.of(broken, first.at(2)));
		assertThat(partly.fetch(broken).block(TIMEOUT).position()).isEqualTo(first);
		assertThat(partly.versions(Set.of(broken)).block(TIMEOUT)).isEqualTo(Map.of(broken, first));
	}

	@Test
	void readThatEndsAfterALaterOneIsStale() {
		List<Sinks.One<FlagSet>> reads = new ArrayList<>();
		VersioningFlagSource slow = new VersioningFlagSource((flagSet) -> {
			Sinks.One<FlagSet> read = Sinks.one();
			reads.add(read);
			return read.asMono();
		});
		List<FlagSnapshot> snapshots = new ArrayList<>();
		slow.fetch(SHOP).subscribe(snapshots::add);
		slow.fetch(SHOP).subscribe(snapshots::add);
		reads.get(1).tryEmitValue(flags(2)).orThrow();
		reads.get(0).tryEmitValue(flags(1)).orThrow();
		assertThat(snapshots).hasSize(2).allMatch((snapshot) -> snapshot.flags().equals(flags(2)));
		assertThat(snapshots).extracting(FlagSnapshot::position).containsOnly(snapshots.get(0).position());
	}

	@Test
	void equalPositionsMeanEqualFlagsWhenManyThreadsRead() {
		VersioningFlagSource busy = new VersioningFlagSource(
				(flagSet) -> Mono.fromSupplier(() -> flags(System.nanoTime() % 5)));
		Map<FlagPosition, FlagSet> seen = new ConcurrentHashMap<>();
		Flux<FlagSnapshot> reads = Flux.range(0, 2000)
			.flatMap((i) -> busy.fetch(SHOP).subscribeOn(Schedulers.parallel()), 16);
		StepVerifier.create(reads.map((snapshot) -> {
			FlagSet before = seen.putIfAbsent(snapshot.position(), snapshot.flags());
			return before == null || before.equals(snapshot.flags());
		}).all(Boolean::booleanValue)).expectNext(true).expectComplete().verify(TIMEOUT);
		assertThat(seen).hasSizeGreaterThan(1);
	}

	@Test
	void hintsAreThoseOfTheSource() {
		VersioningFlagSource hinting = new VersioningFlagSource(new UnversionedFlagSource() {

			@Override
			public Mono<FlagSet> fetch(FlagSetId flagSet) {
				return Mono.empty();
			}

			@Override
			public Flux<FlagSetId> hints() {
				return Flux.just(SHOP, BLOG);
			}

		});
		StepVerifier.create(hinting.hints()).expectNext(SHOP, BLOG).expectComplete().verify(TIMEOUT);
	}

	private FlagSnapshot fetch(FlagSetId flagSet) {
		FlagSnapshot snapshot = this.source.fetch(flagSet).block(TIMEOUT);
		assertThat(snapshot).isNotNull();
		return snapshot;
	}

	private static FlagSet flags(long value) {
		return FlagSet.of(Map.of("flag", FlagValue.of(value)));
	}

	@Provide
	Arbitrary<List<FlagSet>> contents() {
		return Arbitraries.longs()
			.between(0, 2)
			.map(VersioningFlagSourceTests::flags)
			.list()
			.ofMinSize(2)
			.ofMaxSize(10);
	}

}
