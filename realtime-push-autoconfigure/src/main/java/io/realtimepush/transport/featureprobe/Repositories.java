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

package io.realtimepush.transport.featureprobe;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import io.realtimepush.featureprobe.DocumentVersions;
import io.realtimepush.featureprobe.RepositoryFlagSets;
import io.realtimepush.featureprobe.RepositoryWriter;
import io.realtimepush.featureprobe.ToggleRepository;
import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.FlagHubListener;
import io.realtimepush.hub.ViewState;
import org.jspecify.annotations.Nullable;

/**
 * The flag sets as repositories: read and written once per position for all who ask. What
 * is not watched any more, or not asked for in some minutes, is forgotten, and what was
 * read before a flag set went back within its epoch is not shown again.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class Repositories {

	private static final long CLEAN_UP_INTERVAL = TimeUnit.MINUTES.toNanos(1);

	/** Of a filter that nobody uses any more, while the flag set is watched. */
	private static final long MAX_UNUSED = TimeUnit.MINUTES.toNanos(5);

	private final FlagHub hub;

	private final RepositoryFlagSets documents;

	private final DocumentVersions versions;

	private final ConcurrentMap<Key, Entry> entries = new ConcurrentHashMap<>();

	/** How often flag sets have gone back, of those that have. */
	private final ConcurrentMap<FlagSetId, Integer> resets = new ConcurrentHashMap<>();

	private final LongSupplier nanos;

	private final AtomicLong cleanedUpAt;

	/**
	 * Create the repositories.
	 * @param hub tells what is watched, and what goes back
	 * @param documents which flag sets hold toggles and segments
	 * @param versions gives the documents their versions
	 */
	public Repositories(FlagHub hub, RepositoryFlagSets documents, DocumentVersions versions) {
		this(hub, documents, versions, System::nanoTime);
	}

	Repositories(FlagHub hub, RepositoryFlagSets documents, DocumentVersions versions, LongSupplier nanos) {
		this.hub = hub;
		this.documents = documents;
		this.versions = versions;
		this.nanos = nanos;
		this.cleanedUpAt = new AtomicLong(nanos.getAsLong());
		hub.addListener(new ResetListener());
	}

	/**
	 * Return whether a flag set holds toggles and segments.
	 * @param flagSet the flag set
	 * @return whether it has to be evaluated
	 */
	boolean hasDocuments(FlagSetId flagSet) {
		return this.documents.contains(flagSet);
	}

	/**
	 * Return the repository at a state, or at a later one if the view has moved on.
	 * @param state the state of a view
	 * @return the repository of what the view shows
	 */
	ToggleRepository repository(ViewState state) {
		return entry(state).repository;
	}

	/**
	 * Return the document at a state, or at a later one.
	 * @param state the state of a view
	 * @return the JSON in UTF-8, shared by all who ask; not to be changed
	 */
	byte[] document(ViewState state) {
		return entry(state).document();
	}

	/**
	 * Return how much is kept.
	 * @return the number of repositories
	 */
	int size() {
		return this.entries.size();
	}

	private Entry entry(ViewState state) {
		long now = this.nanos.getAsLong();
		cleanUp(now);
		Entry entry = find(state, now);
		entry.usedAt = now;
		return entry;
	}

	private Entry find(ViewState state, long now) {
		Key key = new Key(state.view().flagSet(), state.view().filter());
		Entry known = this.entries.get(key);
		if (known != null && known.isGoodFor(state.sourcePosition(), resets(key.flagSet()))) {
			return known;
		}
		return this.entries.compute(key, (same, present) -> {
			Reading reading = read(state);
			return (present != null && present.isGoodFor(reading.position(), reading.resets())) ? present
					: new Entry(reading, repository(reading, (present != null) ? present.repository : null), now);
		});
	}

	private int resets(FlagSetId flagSet) {
		return this.resets.getOrDefault(flagSet, 0);
	}

	/** Nothing that the view has left is counted behind the present. */
	private synchronized Reading read(ViewState asked) {
		ViewState present = asked.view().state();
		ViewState state = (present != null) ? present : asked;
		FlagSetId flagSet = state.view().flagSet();
		return new Reading(state, resets(flagSet), this.versions.of(flagSet, state.sourcePosition()));
	}

	private ToggleRepository repository(Reading reading, @Nullable ToggleRepository before) {
		FlagSet flags = reading.state().snapshot().flags();
		return hasDocuments(reading.state().view().flagSet())
				? ToggleRepository.ofDocuments(flags, reading.version(), before)
				: ToggleRepository.ofValues(flags, reading.version());
	}

	private synchronized void reset(FlagSetId flagSet) {
		this.versions.reset(flagSet);
		this.resets.merge(flagSet, 1, Integer::sum);
	}

	private void cleanUp(long now) {
		long last = this.cleanedUpAt.get();
		if (now - last > CLEAN_UP_INTERVAL && this.cleanedUpAt.compareAndSet(last, now)) {
			this.entries.entrySet()
				.removeIf((each) -> !this.hub.isWatched(each.getKey().flagSet())
						|| now - each.getValue().usedAt > MAX_UNUSED);
		}
	}

	/**
	 * What is shown of a flag set.
	 */
	private record Key(FlagSetId flagSet, FlagFilter filter) {

	}

	/**
	 * What there is to read at a moment.
	 *
	 * @param state the state that the view is at
	 * @param resets how often the flag set has gone back
	 * @param version the version of the document
	 */
	private record Reading(ViewState state, int resets, long version) {

		FlagPosition position() {
			return this.state.sourcePosition();
		}

	}

	/**
	 * A repository at a position.
	 */
	private static final class Entry {

		private final FlagPosition position;

		private final int resets;

		private final ToggleRepository repository;

		private volatile long usedAt;

		private volatile byte @Nullable [] document;

		Entry(Reading reading, ToggleRepository repository, long now) {
			this.position = reading.position();
			this.resets = reading.resets();
			this.repository = repository;
			this.usedAt = now;
		}

		boolean isGoodFor(FlagPosition asked, int resets) {
			return this.resets == resets && (this.position.equals(asked) || this.position.isAheadOf(asked));
		}

		byte[] document() {
			byte[] written = this.document;
			return (written != null) ? written : write();
		}

		private synchronized byte[] write() {
			byte[] written = this.document;
			if (written == null) {
				written = RepositoryWriter.write(this.repository);
				this.document = written;
			}
			return written;
		}

	}

	/**
	 * Told of flag sets that have gone back.
	 */
	private final class ResetListener implements FlagHubListener {

		@Override
		public void onChange(FlagChange change) {
		}

		@Override
		public void onReset(FlagSetId flagSet) {
			reset(flagSet);
		}

	}

}
