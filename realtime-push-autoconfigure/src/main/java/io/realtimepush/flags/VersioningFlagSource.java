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
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Gives an {@link UnversionedFlagSource} positions: a random epoch per process, and a
 * version that grows whenever the flags read differ from those read before. Of reads that
 * overlap, one that ends after a later one is stale and changes nothing.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class VersioningFlagSource implements FlagSource {

	private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

	private final UnversionedFlagSource source;

	private final Duration readTimeout;

	private final Map<FlagSetId, Read> reads = new ConcurrentHashMap<>();

	/** Those whose last read has failed. */
	private final Set<FlagSetId> failing = ConcurrentHashMap.newKeySet();

	private final AtomicLong readCount = new AtomicLong();

	/**
	 * Wrap a source that may take 5 s to read a flag set.
	 * @param source the source without versions
	 */
	public VersioningFlagSource(UnversionedFlagSource source) {
		this(source, READ_TIMEOUT);
	}

	/**
	 * Wrap a source.
	 * @param source the source without versions
	 * @param readTimeout longest time to read one flag set, shorter than that of a whole
	 * probe
	 */
	public VersioningFlagSource(UnversionedFlagSource source, Duration readTimeout) {
		this.source = source;
		this.readTimeout = readTimeout;
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * A flag set that cannot be read is said to have moved, and read no more until
	 * {@link #fetch} has: so it fails for itself, and does not keep the others from being
	 * watched. If none can be read the source has failed.
	 */
	@Override
	public Mono<Map<FlagSetId, FlagPosition>> versions(Set<FlagSetId> flagSets) {
		return Mono.defer(() -> {
			Set<FlagSetId> passedOver = isAnyWell() ? Set.copyOf(this.failing) : Set.of();
			Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
			return Flux.fromIterable(flagSets)
				.flatMap((flagSet) -> (passedOver.contains(flagSet) ? Mono.just(moved(flagSet))
						: position(flagSet, failures))
					.map((position) -> Map.entry(flagSet, position)))
				.collectMap(Map.Entry::getKey, Map.Entry::getValue)
				.flatMap((positions) -> (failures.isEmpty() || isAnyWell()) ? Mono.just(positions)
						: Mono.error(failures.remove()));
		});
	}

	private Mono<FlagPosition> position(FlagSetId flagSet, Queue<Throwable> failures) {
		return read(flagSet).map(FlagSnapshot::position).onErrorResume((ex) -> {
			failures.add(ex);
			return Mono.just(moved(flagSet));
		});
	}

	private FlagPosition moved(FlagSetId flagSet) {
		Read last = this.reads.get(flagSet);
		return (last != null) ? last.snapshot().position().next() : first();
	}

	/** Under an epoch of its own, or one flag set might be taken for another. */
	private static FlagPosition first() {
		return new FlagPosition(Epochs.random(), 1);
	}

	private boolean isAnyWell() {
		return !this.failing.containsAll(this.reads.keySet());
	}

	@Override
	public Mono<FlagSnapshot> fetch(FlagSetId flagSet) {
		return read(flagSet).switchIfEmpty(Mono.error(() -> new FlagSetNotFoundException(flagSet)));
	}

	@Override
	public Flux<FlagSetId> hints() {
		return this.source.hints();
	}

	private Mono<FlagSnapshot> read(FlagSetId flagSet) {
		return Mono.defer(() -> {
			long number = this.readCount.incrementAndGet();
			return this.source.fetch(flagSet)
				.timeout(this.readTimeout)
				.doOnError((ex) -> this.failing.add(flagSet))
				.doOnSuccess((flags) -> this.failing.remove(flagSet))
				.map((flags) -> count(flagSet, number, flags));
		});
	}

	private FlagSnapshot count(FlagSetId flagSet, long number, FlagSet flags) {
		return this.reads.compute(flagSet, (id, last) -> {
			if (last != null && number < last.number()) {
				return last;
			}
			return new Read(number, advance(id, (last != null) ? last.snapshot() : null, flags));
		}).snapshot();
	}

	private FlagSnapshot advance(FlagSetId flagSet, @Nullable FlagSnapshot last, FlagSet flags) {
		if (last == null) {
			return new FlagSnapshot(flagSet, first(), flags);
		}
		if (last.flags().equals(flags)) {
			return last;
		}
		return new FlagSnapshot(flagSet, last.position().next(), flags);
	}

	/**
	 * The last read of a flag set that counted.
	 *
	 * @param number the place of the read among all reads, in the order they started
	 * @param snapshot what it found
	 */
	private record Read(long number, FlagSnapshot snapshot) {

	}

}
