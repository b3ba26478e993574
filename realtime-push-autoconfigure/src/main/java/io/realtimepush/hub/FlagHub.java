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

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagLens;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.SdkKey;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.util.Assert;

/**
 * Fan-out point of a process: what the flag sets are now, and who is told when they move.
 * <p>
 * The app, handlers and meters are told through {@link #changes(SdkKey)}, one sink per
 * SDK key. Connections are not: what a connection is sent is computed from where it is,
 * by {@link ViewState#since(FlagPosition)} of its {@link FlagView}.
 * <p>
 * Safe for use by many threads. Publications of one flag set are serialized; one that is
 * not ahead of the present position is ignored, so publishing never fails and never goes
 * backwards.
 *
 * @since 0.1.0
 */
public final class FlagHub {

	private static final Log logger = LogFactory.getLog(FlagHub.class);

	private final ConcurrentMap<FlagSetId, FlagSetRecord> records = new ConcurrentHashMap<>();

	private final Map<FlagSetId, ViewFeed> feeds = new ConcurrentHashMap<>();

	private final Map<SdkKey, ViewFeed> keyFeeds = new ConcurrentHashMap<>();

	private final CopyOnWriteArrayList<FlagHubListener> listeners = new CopyOnWriteArrayList<>();

	private final RingLimits ringLimits;

	private final AtomicInteger lensViews = new AtomicInteger();

	private volatile @Nullable FlagSetObserver observer;

	/**
	 * Create a hub.
	 * @param ringLimits how much of the past to keep
	 */
	public FlagHub(RingLimits ringLimits) {
		this.ringLimits = ringLimits;
	}

	/**
	 * Set who feeds this hub.
	 * @param observer the observer, told of all flag sets that are watched already
	 */
	public void setObserver(FlagSetObserver observer) {
		this.observer = observer;
		this.records.keySet().forEach(observer::look);
	}

	/**
	 * Add a listener for all moves of all flag sets.
	 * @param listener the listener
	 */
	public void addListener(FlagHubListener listener) {
		this.listeners.add(listener);
	}

	/**
	 * Get hold of a view. Its flag set is watched until the view is released.
	 * @param flagSet the flag set
	 * @param filter which flags are visible
	 * @return the view, shared by all with an equal filter; to be released exactly once
	 */
	public FlagView acquire(FlagSetId flagSet, FlagFilter filter) {
		return acquire(flagSet, (record) -> record.acquire(filter));
	}

	/**
	 * Get hold of a view behind a lens. Its flag set is watched until the view is
	 * released.
	 * @param flagSet the flag set
	 * @param lens makes what is seen of the flags
	 * @param max how many such views may be held at a time, of all flag sets together
	 * @return the view, shared by all with an equal lens; to be released exactly once
	 * @throws TooManyViewsException if there are so many already
	 */
	public FlagView acquire(FlagSetId flagSet, FlagLens lens, int max) {
		return acquire(flagSet, (record) -> record.acquire(lens, max));
	}

	private FlagView acquire(FlagSetId flagSet, Function<FlagSetRecord, @Nullable FlagView> acquisition) {
		while (true) {
			FlagSetRecord present = this.records.get(flagSet);
			FlagSetRecord record = (present != null) ? present : create(flagSet);
			FlagView view = acquisition.apply(record);
			if (view != null) {
				return view;
			}
			this.records.remove(flagSet, record);
		}
	}

	private FlagSetRecord create(FlagSetId flagSet) {
		FlagSetRecord created = new FlagSetRecord(flagSet, this.ringLimits, this.lensViews, this::tell,
				() -> tell((listener) -> listener.onReset(flagSet)));
		FlagSetRecord other = this.records.putIfAbsent(flagSet, created);
		if (other != null) {
			return other;
		}
		look(flagSet);
		return created;
	}

	/**
	 * Return the flag sets that are watched: those somebody holds a view of, and those
	 * held until a moment ago.
	 * @return the flag sets
	 */
	public Set<FlagSetId> watched() {
		return Set.copyOf(this.records.keySet());
	}

	/**
	 * Return whether a flag set is watched.
	 * @param flagSet the flag set
	 * @return whether somebody holds a view of it, or has until a moment ago
	 */
	public boolean isWatched(FlagSetId flagSet) {
		return this.records.containsKey(flagSet);
	}

	/**
	 * Stop watching flag sets that nobody has held for some time.
	 * @param linger how long to go on after the last holder has left
	 */
	public void forgetIdle(Duration linger) {
		long now = System.nanoTime();
		this.records.values().removeIf((record) -> record.closeIfIdle(linger.toNanos(), now));
	}

	/**
	 * Return where a flag set is.
	 * @param flagSet the flag set
	 * @return the position of the source, or {@code null} if it is not watched or not
	 * loaded
	 */
	public @Nullable FlagPosition position(FlagSetId flagSet) {
		FlagSetRecord record = this.records.get(flagSet);
		return (record != null) ? record.position() : null;
	}

	/**
	 * Return where all watched flag sets are that have been loaded.
	 * @return the positions of the source, by name
	 */
	public Map<FlagSetId, FlagPosition> positions() {
		Map<FlagSetId, FlagPosition> result = new TreeMap<>();
		this.records.values().forEach((record) -> {
			FlagPosition position = record.position();
			if (position != null) {
				result.put(record.flagSet(), position);
			}
		});
		return result;
	}

	/**
	 * Move a flag set to a snapshot. Ignored if the flag set is not watched, or is
	 * already at that version or a higher one of the same epoch.
	 * @param snapshot the new content
	 * @return whether the flag set moved
	 */
	public boolean publish(FlagSnapshot snapshot) {
		return publish(snapshot.flagSet(), (record) -> record.publish(snapshot));
	}

	/**
	 * Move a flag set to a snapshot whatever its version. What was before can then be
	 * continued by nobody, and where it was of the same epoch listeners are told of a
	 * {@linkplain FlagHubListener#onReset reset}. Ignored if the flag set is not watched.
	 * @param snapshot the new content
	 * @return whether the flag set moved
	 */
	public boolean reset(FlagSnapshot snapshot) {
		return publish(snapshot.flagSet(), (record) -> record.reset(snapshot));
	}

	/**
	 * Move a flag set by a delta. Ignored if the flag set is not watched, or is not where
	 * the delta starts.
	 * @param flagSet the flag set
	 * @param delta what has changed
	 * @return whether the flag set moved
	 */
	public boolean publish(FlagSetId flagSet, FlagDelta delta) {
		return publish(flagSet, (record) -> record.publish(delta));
	}

	private boolean publish(FlagSetId flagSet, Predicate<FlagSetRecord> publication) {
		FlagSetRecord record = this.records.get(flagSet);
		return record != null && publication.test(record);
	}

	private void tell(FlagChange change) {
		tell((listener) -> listener.onChange(change));
	}

	private void tell(Consumer<FlagHubListener> event) {
		for (FlagHubListener listener : this.listeners) {
			try {
				event.accept(listener);
			}
			catch (RuntimeException ex) {
				logger.warn("hub listener " + listener.getClass().getName() + " failed", ex);
			}
		}
	}

	/**
	 * Have the source looked at without waiting for the next probe.
	 * @param flagSet the flag set that has probably moved
	 */
	public void look(FlagSetId flagSet) {
		FlagSetObserver present = this.observer;
		if (present != null) {
			present.look(flagSet);
		}
	}

	/**
	 * Tell that a trusted client has seen a higher version than the source has, see
	 * {@link FlagSetObserver#confirmRestore}.
	 * @param flagSet the flag set
	 * @param version the version the client has seen
	 * @return whether a new epoch will be asked for
	 */
	public boolean confirmRestore(FlagSetId flagSet, long version) {
		FlagSetObserver present = this.observer;
		return present != null && present.confirmRestore(flagSet, version);
	}

	/**
	 * Return how many questions the source has been asked.
	 * @return a number that grows with each question
	 */
	public long questions() {
		FlagSetObserver present = this.observer;
		return (present != null) ? present.questions() : 0;
	}

	/**
	 * Return whether the source has confirmed what is here, see
	 * {@link FlagSetObserver#isConfirmed}.
	 * @param flagSet the flag set
	 * @param asOf a former number of {@link #questions()}
	 * @return whether the source has said so in answer to a later question
	 */
	public boolean isConfirmed(FlagSetId flagSet, long asOf) {
		FlagSetObserver present = this.observer;
		return present != null && present.isConfirmed(flagSet, asOf);
	}

	/**
	 * Return the feed of a whole flag set. The flag set is watched from now on.
	 * @param flagSet the flag set
	 * @return its feed
	 */
	public FlagFeed feed(FlagSetId flagSet) {
		return this.feeds.computeIfAbsent(flagSet, (id) -> new ViewFeed(this, id, FlagFilter.all()));
	}

	/**
	 * Return the feed of what an SDK key sees. The flag set is watched from now on.
	 * @param key the SDK key
	 * @param flagSet the flag set that the key selects
	 * @param filter the flags that the key may see
	 * @return the feed, always the same for a key until {@link #endFeed}; if the key has
	 * been given another flag set or filter since, the feed goes on with that, and its
	 * next change leads from the former snapshot to the new one
	 */
	public FlagFeed feed(SdkKey key, FlagSetId flagSet, FlagFilter filter) {
		ViewFeed feed = this.keyFeeds.computeIfAbsent(key, (id) -> new ViewFeed(this, flagSet, filter));
		feed.follow(flagSet, filter);
		return feed;
	}

	/**
	 * Return whether the feed of an SDK key has been opened.
	 * @param key the SDK key
	 * @return whether the key has a feed
	 */
	public boolean hasFeed(SdkKey key) {
		return this.keyFeeds.containsKey(key);
	}

	/**
	 * Return the keys whose feeds have been opened.
	 * @return the keys as they are now
	 */
	public Set<SdkKey> keysOfFeeds() {
		return Set.copyOf(this.keyFeeds.keySet());
	}

	/**
	 * Return the changes of what an SDK key sees: the present snapshot as a change from
	 * nothing, then every change, see {@link FlagFeed#changes()}.
	 * @param key an SDK key whose feed has been opened
	 * @return the changes
	 * @throws IllegalArgumentException if the key has no feed
	 */
	public Flux<FlagChange> changes(SdkKey key) {
		ViewFeed feed = this.keyFeeds.get(key);
		Assert.isTrue(feed != null, () -> "SDK key '" + key + "' is not served here");
		return feed.changes();
	}

	/**
	 * End the feed of an SDK key, because it was revoked.
	 * @param key the SDK key
	 */
	public void endFeed(SdkKey key) {
		ViewFeed feed = this.keyFeeds.remove(key);
		if (feed != null) {
			feed.close();
		}
	}

}
