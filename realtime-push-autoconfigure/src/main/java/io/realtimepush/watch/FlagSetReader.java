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
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSetNotFoundException;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.hub.FlagHub;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.util.Assert;

/**
 * Compares where the source is with where the hub is, one flag set at a time: reads what
 * has moved and publishes it, and decides what a lower version means. Confined to the
 * {@link WatchLoop}, but for {@link #mayRenew}.
 */
final class FlagSetReader {

	private static final Log logger = LogFactory.getLog(FlagSetReader.class);

	private final FlagSource source;

	private final FlagHub hub;

	private final WatchSettings settings;

	private final WatchLoop loop;

	private final WatchListeners listeners;

	/** To be told of a flag set that is to be probed again. */
	private final Consumer<FlagSetId> look;

	FlagSetReader(FlagSource source, FlagHub hub, WatchSettings settings, WatchLoop loop, WatchListeners listeners,
			Consumer<FlagSetId> look) {
		this.source = source;
		this.hub = hub;
		this.settings = settings;
		this.loop = loop;
		this.listeners = listeners;
		this.look = look;
	}

	/** What to do about the position that the source says a flag set is at. */
	void seen(WatchedFlagSet flagSet, @Nullable FlagPosition position, long question) {
		FlagPosition present = this.hub.position(flagSet.id);
		if (this.source.takeReset(flagSet.id)) {
			flagSet.goesBack = true;
			logger.warn("flag source has gone back to " + position + " of flag set '" + flagSet.id
					+ "', and so do all clients");
		}
		if (position == null) {
			flagSet.lowerSince = -1;
			missing(flagSet, "flag set does not exist in the source");
		}
		else if (flagSet.goesBack && present != null) {
			flagSet.lowerSince = -1;
			read(flagSet, present, question, true);
		}
		else if (present != null && (present.isAheadOf(position) || position.epoch().equals(flagSet.leftEpoch))) {
			lagging(flagSet, present, position, question);
		}
		else {
			flagSet.lowerSince = -1;
			if (position.equals(present)) {
				confirmed(flagSet, question);
				flagSet.turn(SourceStatus.State.UP, 0, null);
			}
			else {
				read(flagSet, present, question, false);
			}
		}
	}

	/** Told once, because whoever asks for it waits and sees nothing. */
	private void missing(WatchedFlagSet flagSet, String problem) {
		if (flagSet.status.state() != SourceStatus.State.MISSING) {
			logger.warn("flag source does not have flag set '" + flagSet.id
					+ "'; it is asked again at each probe, and until then whoever wants it waits");
		}
		flagSet.turn(SourceStatus.State.MISSING, 0, problem);
	}

	private void lagging(WatchedFlagSet flagSet, FlagPosition present, FlagPosition position, long question) {
		if (flagSet.lowerSince < 0) {
			flagSet.lowerSince = this.loop.now();
			// With replicas that answer in turn this happens after every change
			logger.debug("flag source is at " + position + " of flag set '" + flagSet.id + "', but was at " + present
					+ "; ignoring it unless it stays so for " + this.settings.restoreDelay());
		}
		flagSet.turn(SourceStatus.State.LAGGING, 0, "source is at " + position + ", but was at " + present);
		boolean lasts = this.loop.now() - flagSet.lowerSince >= this.settings.restoreDelay().toMillis();
		if (!position.isSameEpoch(present)) {
			if (lasts) {
				read(flagSet, present, question, true);
			}
			return;
		}
		confirmed(flagSet, question);
		if (lasts && mayRenew(flagSet)) {
			renew(flagSet, position);
		}
	}

	/** The source has said what the hub has, or less, and knows what it says. */
	private void confirmed(WatchedFlagSet flagSet, long question) {
		if (this.source.canConfirm(flagSet.id)) {
			flagSet.confirmed = question;
		}
	}

	boolean mayRenew(WatchedFlagSet flagSet) {
		return flagSet.renewed < 0 || this.loop.now() - flagSet.renewed >= this.settings.renewalInterval().toMillis();
	}

	/** Ask once more, so that it is the source that decides and not the client. */
	void confirm(WatchedFlagSet flagSet, long version) {
		this.loop.ask(() -> this.source.versions(Set.of(flagSet.id)).defaultIfEmpty(Map.of()), (positions) -> {
			FlagPosition present = this.hub.position(flagSet.id);
			FlagPosition position = positions.get(flagSet.id);
			// In another epoch somebody else has been faster
			if (position != null && present != null && position.isSameEpoch(present) && position.version() < version
					&& mayRenew(flagSet)) {
				renew(flagSet, position);
			}
			else {
				this.look.accept(flagSet.id);
			}
		}, (ex) -> logger.debug("flag source failed to confirm flag set '" + flagSet.id + "'", ex));
	}

	private void renew(WatchedFlagSet flagSet, FlagPosition confirmed) {
		flagSet.renewed = this.loop.now();
		logger.warn("flag set '" + flagSet.id + "' went back to " + confirmed
				+ " (was a backup restored?); asking the source for a new epoch");
		this.loop.later(() -> this.source.renewEpoch(flagSet.id, confirmed))
			.subscribe((position) -> this.look.accept(flagSet.id),
					(ex) -> logFailure("flag source failed to start a new epoch of flag set '" + flagSet.id + "'", ex,
							1),
					() -> this.look.accept(flagSet.id));
	}

	/**
	 * Read a flag set, unless it is being read.
	 * @param question what the source was asked to find that it has moved
	 * @param returning whether that may lead back to the epoch that was left
	 */
	private void read(WatchedFlagSet flagSet, @Nullable FlagPosition present, long question, boolean returning) {
		if (flagSet.reading) {
			flagSet.movedWhileReading = true;
			return;
		}
		if (this.loop.now() < flagSet.notBefore) {
			return;
		}
		flagSet.reading = true;
		flagSet.movedWhileReading = false;
		flagSet.question = question;
		String left = returning ? null : flagSet.leftEpoch;
		long start = this.loop.now();
		this.loop.ask(
				() -> flagSet.goesBack ? fetch(flagSet.id, this.hub::reset, true, null)
						: changesSince(flagSet, present)
							.switchIfEmpty(Mono.defer(() -> fetch(flagSet.id, this.hub::publish, false, left))),
				(publication) -> haveRead(flagSet, publication, start), (ex) -> readFailed(flagSet, ex, start));
	}

	private Mono<Publication> changesSince(WatchedFlagSet flagSet, @Nullable FlagPosition present) {
		if (present == null || flagSet.deltaFailed) {
			return Mono.empty();
		}
		FlagSetId id = flagSet.id;
		return this.source.changesSince(id, present)
			.mapNotNull((found) -> present.equals(found.from())
					? new Publication(false, false, () -> this.hub.publish(id, found)) : null);
	}

	private Mono<Publication> fetch(FlagSetId id, Consumer<FlagSnapshot> publisher, boolean reset,
			@Nullable String left) {
		return this.source.fetch(id).switchIfEmpty(Mono.error(() -> new FlagSetNotFoundException(id))).map((found) -> {
			FlagSnapshot snapshot = requireSame(id, found);
			Assert.state(!snapshot.position().epoch().equals(left),
					() -> "flag set '" + id + "' was read under epoch '" + left + "', which it has left");
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
		FlagPosition before = this.hub.position(flagSet.id);
		try {
			publication.publish().run();
		}
		catch (RuntimeException ex) {
			flagSet.deltaFailed = !publication.whole();
			readFailed(flagSet, ex, start);
			return;
		}
		FlagPosition after = this.hub.position(flagSet.id);
		flagSet.reading = false;
		flagSet.deltaFailed = false;
		flagSet.failures = 0;
		flagSet.notBefore = 0;
		flagSet.turn(SourceStatus.State.UP, 0, null);
		Duration took = Duration.ofMillis(this.loop.now() - start);
		this.listeners.tell((listener) -> listener.fetched(flagSet.id, publication.whole(), took, null));
		flagSet.goesBack &= !publication.reset();
		if (before != null && after != null && !before.isSameEpoch(after)) {
			flagSet.leftEpoch = before.epoch();
			flagSet.lowerSince = -1;
		}
		if (!flagSet.movedWhileReading) {
			confirmed(flagSet, flagSet.question);
		}
		if (flagSet.movedWhileReading) {
			this.look.accept(flagSet.id);
		}
	}

	private void readFailed(WatchedFlagSet flagSet, Throwable ex, long start) {
		flagSet.reading = false;
		Duration took = Duration.ofMillis(this.loop.now() - start);
		this.listeners.tell((listener) -> listener.fetched(flagSet.id, true, took, ex));
		if (ex instanceof FlagSetNotFoundException) {
			missing(flagSet, String.valueOf(ex.getMessage()));
			return;
		}
		failed(flagSet, ex);
	}

	/** Leave a flag set alone for a while, longer after each failure. */
	void failed(WatchedFlagSet flagSet, Throwable ex) {
		flagSet.failures++;
		Duration delay = this.settings.backOff(flagSet.failures);
		flagSet.notBefore = this.loop.now() + delay.toMillis();
		logFailure("flag source failed to read flag set '" + flagSet.id + "' (attempt " + flagSet.failures
				+ ", next in " + delay.toMillis() + "ms)", ex, flagSet.failures);
		flagSet.turn(SourceStatus.State.FAILING, flagSet.failures, String.valueOf(ex.getMessage()));
	}

	static void logFailure(String what, Throwable ex, int failed) {
		String text = what + ": " + ex;
		if (failed == 1) {
			logger.warn(text);
		}
		else {
			logger.debug(text, ex);
		}
	}

	private record Publication(boolean whole, boolean reset, Runnable publish) {
	}

}
