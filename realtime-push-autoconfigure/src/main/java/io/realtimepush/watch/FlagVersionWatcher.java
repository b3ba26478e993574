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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSetNotFoundException;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.FlagSetObserver;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
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

	private final Scheduler scheduler;

	private final Scheduler.Worker worker;

	private final List<WatchListener> listeners;

	private final Map<FlagSetId, WatchedFlagSet> watched = new ConcurrentHashMap<>();

	private final Disposable.Composite subscriptions = Disposables.composite();

	private final Set<FlagSetId> hinted = ConcurrentHashMap.newKeySet();

	/** Whether a task is queued that looks at the hints. */
	private final AtomicBoolean awake = new AtomicBoolean();

	private Disposable timer = Disposables.disposed();

	private boolean probing;

	private int failures;

	private long lastProbe;

	/** When all flag sets are to be looked at again. */
	private long wholeProbeAt;

	private volatile boolean running;

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
		this.scheduler = scheduler;
		this.worker = scheduler.createWorker();
		this.listeners = List.copyOf(listeners);
	}

	/**
	 * Begin to watch what is watched in the hub.
	 */
	public void start() {
		this.lastProbe = now() - this.settings.interval().toMillis();
		this.wholeProbeAt = now();
		this.subscriptions.add(this.source.hints()
			.doOnError((ex) -> logger.warn("hints of the flag source ended, changes are noticed by probing only", ex))
			.onErrorComplete()
			.subscribe(this::look));
		this.hub.setObserver(this);
		// Only now, so that what is watched already causes one probe for all
		this.running = true;
		this.awake.set(false);
		run(() -> schedule(Duration.ZERO));
	}

	/**
	 * Stop watching. What is in the hub stays.
	 */
	public void stop() {
		this.running = false;
		this.subscriptions.dispose();
		this.worker.dispose();
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
			run(this::wakeUp);
		}
	}

	private void wakeUp() {
		this.awake.set(false);
		probeSoon();
	}

	@Override
	public boolean confirmRestore(FlagSetId flagSet, long version) {
		WatchedFlagSet present = this.watched.get(flagSet);
		if (present == null || !mayRenew(present)) {
			return false;
		}
		run(() -> confirm(present, version));
		return true;
	}

	@Override
	public boolean isAnswering(FlagSetId flagSet) {
		WatchedFlagSet present = this.watched.get(flagSet);
		return this.status.state() == SourceStatus.State.UP && present != null
				&& present.status.state() != SourceStatus.State.FAILING;
	}

	private void run(Runnable task) {
		if (this.running && !this.worker.isDisposed()) {
			try {
				this.worker.schedule(task);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("watching has been stopped", ex);
			}
		}
	}

	private void tell(Consumer<WatchListener> event) {
		for (WatchListener listener : this.listeners) {
			try {
				event.accept(listener);
			}
			catch (RuntimeException ex) {
				logger.warn("watch listener " + listener.getClass().getName() + " failed", ex);
			}
		}
	}

	private long now() {
		return this.scheduler.now(TimeUnit.MILLISECONDS);
	}

	/**
	 * A hint during back-off waits until one interval has passed since the last probe.
	 */
	private void probeSoon() {
		if (!this.probing) {
			long wait = (this.failures > 0) ? this.lastProbe + this.settings.interval().toMillis() - now() : 0;
			schedule(Duration.ofMillis(Math.max(0, wait)));
		}
	}

	private void schedule(Duration delay) {
		this.timer.dispose();
		this.timer = this.worker.schedule(this::probe, delay.toMillis(), TimeUnit.MILLISECONDS);
	}

	/** Schedule what comes after a probe. */
	private void scheduleNext() {
		if (!this.hinted.isEmpty() && this.failures == 0) {
			schedule(Duration.ZERO);
		}
		else {
			schedule(Duration.ofMillis(Math.max(0, this.wholeProbeAt - now())));
		}
	}

	private Duration jittered(Duration delay) {
		double jitter = 0.9 + 0.2 * ThreadLocalRandom.current().nextDouble();
		return Duration.ofMillis((long) (delay.toMillis() * jitter));
	}

	private Duration backOff(int failed) {
		long millis = this.settings.interval().toMillis() << Math.min(Math.max(0, failed - 1), 20);
		return Duration.ofMillis(Math.min(millis,
				(failed > 0) ? this.settings.maxBackOff().toMillis() : this.settings.interval().toMillis()));
	}

	private void probe() {
		if (this.probing) {
			return;
		}
		Set<FlagSetId> hints = Set.copyOf(this.hinted);
		this.hinted.removeAll(hints);
		Set<FlagSetId> flagSets = (now() >= this.wholeProbeAt) ? all() : watchedOf(hints);
		if (flagSets.isEmpty()) {
			scheduleNext();
			return;
		}
		this.probing = true;
		this.lastProbe = now();
		ask(() -> this.source.versions(flagSets).defaultIfEmpty(Map.of()), (positions) -> probed(flagSets, positions),
				this::probeFailed);
	}

	/** All flag sets that somebody watches; the others are forgotten. */
	private Set<FlagSetId> all() {
		this.wholeProbeAt = now() + jittered(this.settings.interval()).toMillis();
		this.hub.forgetIdle(this.settings.linger());
		Set<FlagSetId> flagSets = this.hub.watched();
		this.watched.keySet().retainAll(flagSets);
		flagSets.forEach((id) -> this.watched.computeIfAbsent(id, WatchedFlagSet::new));
		return flagSets;
	}

	private Set<FlagSetId> watchedOf(Set<FlagSetId> hints) {
		Set<FlagSetId> flagSets = new HashSet<>();
		for (FlagSetId id : hints) {
			if (this.hub.isWatched(id)) {
				flagSets.add(id);
				this.watched.computeIfAbsent(id, WatchedFlagSet::new);
			}
		}
		return flagSets;
	}

	private void probed(Set<FlagSetId> flagSets, Map<FlagSetId, FlagPosition> positions) {
		tell((listener) -> listener.probed(Duration.ofMillis(now() - this.lastProbe), null));
		if (this.failures > 0) {
			logger.info("flag source answers again after " + this.failures + " failures");
		}
		this.failures = 0;
		this.status = status(this.status, SourceStatus.State.UP, 0, null);
		this.probing = false;
		Map<FlagSetId, FlagPosition> found = new HashMap<>(positions);
		for (FlagSetId id : flagSets) {
			WatchedFlagSet flagSet = this.watched.get(id);
			if (flagSet != null) {
				seen(flagSet, found.get(id));
			}
		}
		scheduleNext();
	}

	private void probeFailed(Throwable ex) {
		this.failures++;
		this.probing = false;
		tell((listener) -> listener.probed(Duration.ofMillis(now() - this.lastProbe), ex));
		Duration delay = jittered(backOff(this.failures));
		this.wholeProbeAt = now() + delay.toMillis();
		logFailure("flag source failed (attempt " + this.failures + ", next in " + delay.toMillis() + "ms)", ex,
				this.failures);
		this.status = status(this.status, SourceStatus.State.FAILING, this.failures, String.valueOf(ex.getMessage()));
		schedule(delay);
		if (!this.hinted.isEmpty()) {
			probeSoon();
		}
	}

	private static void logFailure(String what, Throwable ex, int failed) {
		String text = what + ": " + ex;
		if (failed == 1) {
			logger.warn(text);
		}
		else {
			logger.debug(text, ex);
		}
	}

	/** What to do about the position that the source says a flag set is at. */
	private void seen(WatchedFlagSet flagSet, @Nullable FlagPosition position) {
		FlagPosition present = this.hub.position(flagSet.id);
		if (this.source.takeReset(flagSet.id)) {
			flagSet.goesBack = true;
			logger.warn("flag source has gone back to " + position + " of flag set '" + flagSet.id
					+ "', and so do all clients");
		}
		if (position == null) {
			flagSet.lowerSince = -1;
			flagSet.status = status(flagSet.status, SourceStatus.State.MISSING, 0,
					"flag set does not exist in the source");
		}
		else if (flagSet.goesBack && present != null) {
			flagSet.lowerSince = -1;
			read(flagSet, present);
		}
		else if (present != null && present.isAheadOf(position)) {
			lagging(flagSet, present, position);
		}
		else {
			flagSet.lowerSince = -1;
			if (position.equals(present)) {
				flagSet.status = status(flagSet.status, SourceStatus.State.UP, 0, null);
			}
			else {
				read(flagSet, present);
			}
		}
	}

	private void lagging(WatchedFlagSet flagSet, FlagPosition present, FlagPosition position) {
		if (flagSet.lowerSince < 0) {
			flagSet.lowerSince = now();
			logger.warn("flag source is at " + position + " of flag set '" + flagSet.id + "', but was at " + present
					+ "; ignoring it unless it stays so for " + this.settings.restoreDelay());
		}
		flagSet.status = status(flagSet.status, SourceStatus.State.LAGGING, 0,
				"source is at " + position + ", but was at " + present);
		if (now() - flagSet.lowerSince >= this.settings.restoreDelay().toMillis() && mayRenew(flagSet)) {
			renew(flagSet, position);
		}
	}

	private boolean mayRenew(WatchedFlagSet flagSet) {
		return flagSet.renewed < 0 || now() - flagSet.renewed >= this.settings.renewalInterval().toMillis();
	}

	/** Ask once more, so that it is the source that decides and not the client. */
	private void confirm(WatchedFlagSet flagSet, long version) {
		ask(() -> this.source.versions(Set.of(flagSet.id)).defaultIfEmpty(Map.of()), (positions) -> {
			FlagPosition present = this.hub.position(flagSet.id);
			FlagPosition position = positions.get(flagSet.id);
			// In another epoch somebody else has been faster
			if (position != null && present != null && position.isSameEpoch(present) && position.version() < version
					&& mayRenew(flagSet)) {
				renew(flagSet, position);
			}
			else {
				look(flagSet.id);
			}
		}, (ex) -> logger.debug("flag source failed to confirm flag set '" + flagSet.id + "'", ex));
	}

	/**
	 * Ask the source. What it answers at once is taken at once: a source in memory costs
	 * neither a timer nor a task for each answer.
	 */
	private <T> void ask(Supplier<Mono<T>> question, Consumer<T> answered, Consumer<Throwable> failed) {
		Question<T> asked = new Question<>(answered, failed);
		Mono.defer(question).subscribe(asked);
		asked.await();
	}

	private void renew(WatchedFlagSet flagSet, FlagPosition confirmed) {
		flagSet.renewed = now();
		logger.warn("flag set '" + flagSet.id + "' went back to " + confirmed
				+ " (was a backup restored?); asking the source for a new epoch");
		Mono.defer(() -> this.source.renewEpoch(flagSet.id, confirmed))
			.timeout(this.settings.timeout(), this.scheduler)
			.subscribe((position) -> look(flagSet.id),
					(ex) -> logFailure("flag source failed to start a new epoch of flag set '" + flagSet.id + "'", ex,
							1),
					() -> look(flagSet.id));
	}

	private void read(WatchedFlagSet flagSet, @Nullable FlagPosition present) {
		if (flagSet.reading) {
			flagSet.movedWhileReading = true;
			return;
		}
		if (now() < flagSet.notBefore) {
			return;
		}
		flagSet.reading = true;
		flagSet.movedWhileReading = false;
		long start = now();
		Mono<Publication> question = flagSet.goesBack ? fetch(flagSet.id, this.hub::reset, true)
				: changesSince(flagSet.id, present)
					.switchIfEmpty(Mono.defer(() -> fetch(flagSet.id, this.hub::publish, false)));
		ask(() -> question, (publication) -> haveRead(flagSet, publication, start),
				(ex) -> readFailed(flagSet, ex, start));
	}

	private Mono<Publication> changesSince(FlagSetId id, @Nullable FlagPosition present) {
		if (present == null) {
			return Mono.empty();
		}
		return Mono.defer(() -> this.source.changesSince(id, present))
			.filter((found) -> present.equals(found.from()))
			.map((found) -> new Publication(false, false, () -> this.hub.publish(id, found)));
	}

	private Mono<Publication> fetch(FlagSetId id, Consumer<FlagSnapshot> publisher, boolean reset) {
		return this.source.fetch(id).switchIfEmpty(Mono.error(() -> new FlagSetNotFoundException(id))).map((found) -> {
			FlagSnapshot snapshot = requireSame(id, found);
			return new Publication(true, reset, () -> publisher.accept(snapshot));
		});
	}

	private static FlagSnapshot requireSame(FlagSetId asked, FlagSnapshot answer) {
		if (!asked.equals(answer.flagSet())) {
			throw new IllegalStateException(
					"flag source was asked for '" + asked + "', but answered '" + answer.flagSet() + "'");
		}
		return answer;
	}

	private void haveRead(WatchedFlagSet flagSet, Publication publication, long start) {
		flagSet.reading = false;
		flagSet.failures = 0;
		flagSet.notBefore = 0;
		flagSet.status = status(flagSet.status, SourceStatus.State.UP, 0, null);
		Duration took = Duration.ofMillis(now() - start);
		tell((listener) -> listener.fetched(flagSet.id, publication.whole(), took, null));
		flagSet.goesBack &= !publication.reset();
		publication.publish().run();
		if (flagSet.movedWhileReading) {
			look(flagSet.id);
		}
	}

	private void readFailed(WatchedFlagSet flagSet, Throwable ex, long start) {
		flagSet.reading = false;
		Duration took = Duration.ofMillis(now() - start);
		tell((listener) -> listener.fetched(flagSet.id, true, took, ex));
		if (ex instanceof FlagSetNotFoundException) {
			flagSet.status = status(flagSet.status, SourceStatus.State.MISSING, 0, ex.getMessage());
			return;
		}
		flagSet.failures++;
		Duration delay = backOff(flagSet.failures);
		flagSet.notBefore = now() + delay.toMillis();
		logFailure("flag source failed to read flag set '" + flagSet.id + "' (attempt " + flagSet.failures
				+ ", next in " + delay.toMillis() + "ms)", ex, flagSet.failures);
		flagSet.status = status(flagSet.status, SourceStatus.State.FAILING, flagSet.failures,
				String.valueOf(ex.getMessage()));
	}

	private static SourceStatus status(SourceStatus before, SourceStatus.State state, int failures,
			@Nullable String problem) {
		if (before.state() == state && state == SourceStatus.State.UP) {
			return before;
		}
		Instant since = (before.state() == state) ? before.since() : Instant.now();
		return new SourceStatus(state, since, failures, problem);
	}

	private record Publication(boolean whole, boolean reset, Runnable publish) {
	}

	/**
	 * Takes one answer of the source, on the worker, or gives up after the timeout.
	 */
	private final class Question<T> extends BaseSubscriber<T> {

		private final Consumer<T> answered;

		private final Consumer<Throwable> failed;

		private final Thread asker = Thread.currentThread();

		private final AtomicBoolean decided = new AtomicBoolean();

		/** Read by the asker only. */
		private boolean subscribing = true;

		private volatile Disposable timer = Disposables.disposed();

		Question(Consumer<T> answered, Consumer<Throwable> failed) {
			this.answered = answered;
			this.failed = failed;
		}

		void await() {
			this.subscribing = false;
			if (!this.decided.get()) {
				Duration timeout = FlagVersionWatcher.this.settings.timeout();
				this.timer = FlagVersionWatcher.this.worker.schedule(() -> decide(() -> {
					cancel();
					this.failed.accept(new TimeoutException("no answer within " + timeout));
				}), timeout.toMillis(), TimeUnit.MILLISECONDS);
				if (this.decided.get()) {
					this.timer.dispose();
				}
			}
		}

		@Override
		protected void hookOnNext(T answer) {
			decide(() -> this.answered.accept(answer));
		}

		@Override
		protected void hookOnError(Throwable ex) {
			decide(() -> this.failed.accept(ex));
		}

		@Override
		protected void hookOnComplete() {
			decide(() -> this.failed.accept(new IllegalStateException("flag source has answered nothing")));
		}

		private void decide(Runnable decision) {
			if (!this.decided.compareAndSet(false, true)) {
				return;
			}
			this.timer.dispose();
			if (Thread.currentThread() == this.asker && this.subscribing) {
				decision.run();
			}
			else {
				run(decision);
			}
		}

	}

	/**
	 * A flag set that is watched. Confined to the worker, but for its status.
	 */
	private static final class WatchedFlagSet {

		private final FlagSetId id;

		private volatile SourceStatus status = new SourceStatus(SourceStatus.State.UNKNOWN, Instant.now(), 0, null);

		private boolean reading;

		private boolean movedWhileReading;

		/** Whether the source has gone back, and the hub has not yet. */
		private boolean goesBack;

		private int failures;

		private long notBefore;

		private long lowerSince = -1;

		private volatile long renewed = -1;

		WatchedFlagSet(FlagSetId id) {
			this.id = id;
		}

	}

}
