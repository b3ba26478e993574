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

import io.realtimepush.featureprobe.DocumentVersions;
import io.realtimepush.featureprobe.RepositoryFlagSets;
import io.realtimepush.featureprobe.RepositoryWriter;
import io.realtimepush.featureprobe.ToggleRepository;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.ViewState;
import org.jspecify.annotations.Nullable;

/**
 * The flag sets as repositories: read and written once per position for all who ask. What
 * is not watched any more is forgotten.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class Repositories {

	private static final long CLEAN_UP_INTERVAL = TimeUnit.MINUTES.toNanos(1);

	private final FlagHub hub;

	private final RepositoryFlagSets documents;

	private final DocumentVersions versions;

	private final ConcurrentMap<Key, Entry> entries = new ConcurrentHashMap<>();

	private final AtomicLong cleanedUpAt = new AtomicLong(System.nanoTime());

	/**
	 * Create the repositories.
	 * @param hub tells what is watched
	 * @param documents which flag sets hold toggles and segments
	 * @param versions gives the documents their versions
	 */
	public Repositories(FlagHub hub, RepositoryFlagSets documents, DocumentVersions versions) {
		this.hub = hub;
		this.documents = documents;
		this.versions = versions;
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

	private Entry entry(ViewState state) {
		cleanUp();
		Key key = new Key(state.view().flagSet(), state.view().filter());
		Entry known = this.entries.get(key);
		if (known != null && known.isGoodFor(state.sourcePosition())) {
			return known;
		}
		return this.entries.compute(key, (same, present) -> {
			ViewState latest = latest(state);
			return (present != null && present.isGoodFor(latest.sourcePosition())) ? present : read(latest, present);
		});
	}

	/** An epoch that the view has left is not counted behind the present one. */
	private static ViewState latest(ViewState state) {
		ViewState present = state.view().state();
		return (present != null) ? present : state;
	}

	private Entry read(ViewState state, @Nullable Entry before) {
		FlagPosition position = state.sourcePosition();
		FlagSetId flagSet = state.view().flagSet();
		long version = this.versions.of(flagSet, position);
		return new Entry(position,
				hasDocuments(flagSet)
						? ToggleRepository.ofDocuments(state.snapshot().flags(), version,
								(before != null) ? before.repository : null)
						: ToggleRepository.ofValues(state.snapshot().flags(), version));
	}

	private void cleanUp() {
		long last = this.cleanedUpAt.get();
		long now = System.nanoTime();
		if (now - last > CLEAN_UP_INTERVAL && this.cleanedUpAt.compareAndSet(last, now)) {
			this.entries.keySet().removeIf((key) -> !this.hub.isWatched(key.flagSet()));
		}
	}

	/**
	 * What is shown of a flag set.
	 */
	private record Key(FlagSetId flagSet, FlagFilter filter) {

	}

	/**
	 * A repository at a position.
	 */
	private static final class Entry {

		private final FlagPosition position;

		private final ToggleRepository repository;

		private volatile byte @Nullable [] document;

		Entry(FlagPosition position, ToggleRepository repository) {
			this.position = position;
			this.repository = repository;
		}

		boolean isGoodFor(FlagPosition asked) {
			return this.position.equals(asked) || this.position.isAheadOf(asked);
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

}
