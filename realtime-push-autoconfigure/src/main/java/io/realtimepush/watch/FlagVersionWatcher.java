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

package io.realtimepush.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.FlagSetObserver;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * Notices that the version of a flag set has moved and publishes the change to the
 * {@link FlagHub}.
 * <p>
 * One probe asks for the versions of all watched flag sets, on an interval with jitter.
 * Hints cause a probe of the hinted ones at once. What has moved is read as a delta if
 * the source can tell, else whole and compared. Reactions to what can go wrong:
 * <ol>
 * <li>the probe fails: back-off, doubling up to a limit; the last good flag sets are
 * served on; a hint cuts the back-off short, but not below one probe per interval;</li>
 * <li>one flag set cannot be read: back-off for it alone, which hints do not cut;</li>
 * <li>the source does not have a flag set: asked again at each probe;</li>
 * <li>the source is at a lower version of the same epoch: lag of a replica, ignored,
 * unless it stays so for the restore delay; then a new epoch is asked for, at most once
 * per renewal interval.</li>
 * </ol>
 * All state is confined to one worker of the given scheduler; the public methods may be
 * called from any thread.
 *
 * @since 0.1.0
 */
public final class FlagVersionWatcher implements FlagSetObserver {

	private static final Log logger = LogFactory.getLog(FlagVersionWatcher.class);

	private final FlagSource source;

	private final FlagHub hub;

	private final WatchSettings settings;

	private final WatchLoop loop;

	private final WatchListeners listeners;

	private final FlagSetReader reader;

	private final Map<FlagSetId, WatchedFlagSet> watched = new ConcurrentHashMap<>();

	private final Disposable.Composite subscriptions = Disposables.composite();

	private final Set<FlagSetId> hinted = ConcurrentHashMap.newKeySet();

	/** Whether a task is queued that looks at the hints. */
	private final AtomicBoolean awake = new AtomicBoolean();

	/** How many have been asked; set on the loop. */
	private final AtomicLong questions = new AtomicLong();

	private Disposable timer = Disposables.disposed();

	private boolean probing;

	private int failures;

	private long lastProbe;

	/** When all flag sets are to be looked at again. */
	private long wholeProbeAt;

	private volatile boolean hinting;

	private volatile SourceStatus status = new SourceStatus(SourceStatus.State.UNKNOWN, Instant.now(), 0, null);

	/**
	 * Create a watcher.
	 * @param source what to watch
	 * @param hub where to publish
	 * @param settings how to watch
	 * @param scheduler where to run; one worker is used
	 * @param listeners told of every question to the source
	 */
	public FlagVersionWatcher(FlagSource source, FlagHub hub, WatchSettings settings, Scheduler scheduler,
			List<WatchListener> listeners) {
		this.source = source;
		this.hub = hub;
		this.settings = settings;
		this.loop = new WatchLoop(scheduler, settings.timeout());
		this.listeners = new WatchListeners(listeners);
		this.reader = new FlagSetReader(source, hub, settings, this.loop, this.listeners, this::look);
	}

	/**
	 * Begin to watch what is watched in the hub.
	 */
	public void start() {
		this.lastProbe = this.loop.now() - this.settings.interval().toMillis();
		this.wholeProbeAt = this.loop.now();
		this.hinting = true;
		this.subscriptions.add(this.source.hints()
			.doOnTerminate(() -> this.hinting = false)
			.doOnError((ex) -> logger.warn("hints of the flag source ended, changes are noticed by probing only", ex))
			.onErrorComplete()
			.subscribe(this::look));
		this.hub.setObserver(this);
		// Only now, so that what is watched already causes one probe for all
		this.loop.start();
		this.awake.set(false);
		this.loop.run(() -> schedule(Duration.ZERO));
	}

	/**
	 * Stop watching. What is in the hub stays.
	 */
	public void stop() {
		this.subscriptions.dispose();
		this.loop.stop();
	}

	/**
	 * Return how the source as a whole is doing.
	 * @return the present status
	 */
	public SourceStatus status() {
		return this.status;
	}

	/**
	 * Return how each watched flag set is doing.
	 * @return the present status by flag set
	 */
	public Map<FlagSetId, SourceStatus> statusByFlagSet() {
		Map<FlagSetId, SourceStatus> result = new TreeMap<>();
		this.watched.forEach((id, flagSet) -> result.put(id, flagSet.status));
		return result;
	}

	@Override
	public void look(FlagSetId flagSet) {
		if (this.hinted.add(flagSet) && this.awake.compareAndSet(false, true)) {
			this.loop.run(this::wakeUp);
		}
	}

	private void wakeUp() {
		this.awake.set(false);
		probeSoon();
	}

	@Override
	public boolean confirmRestore(FlagSetId flagSet, long version) {
		WatchedFlagSet present = this.watched.get(flagSet);
		if (present == null || !this.reader.mayRenew(present)) {
			return false;
		}
		this.loop.run(() -> this.reader.confirm(present, version));
		return true;
	}

	@Override
	public long questions() {
		return this.questions.get();
	}

	@Override
	public boolean isConfirmed(FlagSetId flagSet, long asOf) {
		WatchedFlagSet present = this.watched.get(flagSet);
		return present != null && present.confirmed > asOf;
	}

	/**
	 * A hint during back-off waits until one interval has passed since the last probe.
	 */
	private void probeSoon() {
		if (!this.probing) {
			long wait = (this.failures > 0) ? this.lastProbe + this.settings.interval().toMillis() - this.loop.now()
					: 0;
			schedule(Duration.ofMillis(Math.max(0, wait)));
		}
	}

	private void schedule(Duration delay) {
		this.timer.dispose();
		this.timer = this.loop.schedule(this::probe, delay);
	}

	/** Schedule what comes after a probe. */
	private void scheduleNext() {
		if (!this.hinted.isEmpty() && this.failures == 0) {
			schedule(Duration.ZERO);
		}
		else {
			schedule(Duration.ofMillis(Math.max(0, this.wholeProbeAt - this.loop.now())));
		}
	}

	private Duration jittered(Duration delay) {
		double jitter = 0.9 + 0.2 * ThreadLocalRandom.current().nextDouble();
		return Duration.ofMillis((long) (delay.toMillis() * jitter));
	}

	private void probe() {
		if (this.probing) {
			return;
		}
		Set<FlagSetId> hints = takeHints();
		boolean whole = this.loop.now() >= this.wholeProbeAt;
		Set<FlagSetId> flagSets = whole ? all() : watchedOf(hints);
		if (flagSets.isEmpty()) {
			// What is watched from now on is hinted
			leaveAlone(whole);
			scheduleNext();
			return;
		}
		this.probing = true;
		this.lastProbe = this.loop.now();
		long question = this.questions.incrementAndGet();
		this.loop.ask(() -> this.source.versions(flagSets).defaultIfEmpty(Map.of()),
				(positions) -> probed(whole, flagSets, positions, question), this::probeFailed);
	}

	private void leaveAlone(boolean wholeWasProbed) {
		if (wholeWasProbed) {
			this.wholeProbeAt = in(this.settings.rest());
		}
	}

	private long in(Duration delay) {
		return this.loop.now() + jittered(delay).toMillis();
	}

	/** All flag sets that somebody watches; the others are forgotten. */
	private Set<FlagSetId> all() {
		this.wholeProbeAt = in(this.settings.interval());
		this.hub.forgetIdle(this.settings.linger());
		Set<FlagSetId> flagSets = this.hub.watched();
		this.watched.keySet().retainAll(flagSets);
		flagSets.forEach((id) -> this.watched.computeIfAbsent(id, WatchedFlagSet::new));
		return flagSets;
	}

	/** What is hinted again after it was taken stays for the next probe. */
	private Set<FlagSetId> takeHints() {
		Set<FlagSetId> hints = new HashSet<>();
		for (Iterator<FlagSetId> remaining = this.hinted.iterator(); remaining.hasNext();) {
			hints.add(remaining.next());
			remaining.remove();
		}
		return hints;
	}

	private Set<FlagSetId> watchedOf(Set<FlagSetId> hints) {
		hints.removeIf((id) -> !this.hub.isWatched(id));
		hints.forEach((id) -> this.watched.computeIfAbsent(id, WatchedFlagSet::new));
		return hints;
	}

	private void probed(boolean whole, Set<FlagSetId> flagSets, Map<FlagSetId, FlagPosition> positions, long question) {
		this.listeners.tell((listener) -> listener.probed(Duration.ofMillis(this.loop.now() - this.lastProbe), null));
		if (this.failures > 0) {
			logger.info("flag source answers again after " + this.failures + " failures");
			// A hint may have ended the back-off, for what was hinted only
			probeAllSoon();
		}
		this.failures = 0;
		this.status = this.status.next(SourceStatus.State.UP, 0, null);
		this.probing = false;
		boolean settled = true;
		for (FlagSetId id : flagSets) {
			WatchedFlagSet flagSet = this.watched.get(id);
			if (flagSet != null) {
				seen(flagSet, positions.get(id), question);
				settled &= flagSet.isSettled(question);
			}
		}
		if (settled && this.hinting && this.source.hintsEveryChange()) {
			leaveAlone(whole);
		}
		else {
			probeAllSoon();
		}
		scheduleNext();
	}

	/** One flag set that the source fails on holds up no other. */
	private void seen(WatchedFlagSet flagSet, @Nullable FlagPosition position, long question) {
		try {
			this.reader.seen(flagSet, position, question);
		}
		catch (RuntimeException ex) {
			this.reader.failed(flagSet, ex);
		}
	}

	private void probeAllSoon() {
		this.wholeProbeAt = Math.min(this.wholeProbeAt, in(this.settings.interval()));
	}

	private void probeFailed(Throwable ex) {
		this.failures++;
		this.probing = false;
		this.listeners.tell((listener) -> listener.probed(Duration.ofMillis(this.loop.now() - this.lastProbe), ex));
		Duration delay = jittered(this.settings.backOff(this.failures));
		this.wholeProbeAt = this.loop.now() + delay.toMillis();
		FlagSetReader.logFailure(
				"flag source failed (attempt " + this.failures + ", next in " + delay.toMillis() + "ms)", ex,
				this.failures);
		this.status = this.status.next(SourceStatus.State.FAILING, this.failures, String.valueOf(ex.getMessage()));
		schedule(delay);
		if (!this.hinted.isEmpty()) {
			probeSoon();
		}
	}

}
