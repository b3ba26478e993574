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

package io.realtimepush.relay;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import io.realtimepush.client.ClientStatus;
import io.realtimepush.client.PushClient;
import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagHints;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSetNotFoundException;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagSourceHealth;
import io.realtimepush.flags.FlagsStatus;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The flag sets of another push server, kept current over the connection of a
 * {@link PushClient}. Positions stay as they are, so that a client may move between that
 * server and those which relay it, and continue where it was.
 * <p>
 * While the other server cannot be reached, or keeps a flag set from this one, the last
 * flag sets are served, and {@link #problems()} says so. Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class UpstreamFlagSource implements FlagSource, FlagSourceHealth, AutoCloseable {

	private static final String UPSTREAM = "upstream";

	private final PushClient client;

	private final FlagHints hints = new FlagHints();

	private final Map<FlagSetId, Followed> followed = new ConcurrentHashMap<>();

	/**
	 * Create the source.
	 * @param client the connection, which must log in with server keys; what they do not
	 * see is not there for clients of this server either
	 */
	public UpstreamFlagSource(PushClient client) {
		this.client = client;
	}

	@Override
	public Mono<Map<FlagSetId, FlagPosition>> versions(Set<FlagSetId> flagSets) {
		return Mono.fromSupplier(() -> {
			Map<FlagSetId, FlagPosition> positions = new LinkedHashMap<>();
			for (FlagSetId flagSet : flagSets) {
				FlagSnapshot snapshot = snapshot(flagSet);
				if (snapshot != null) {
					positions.put(flagSet, snapshot.position());
				}
			}
			return positions;
		});
	}

	@Override
	public Mono<FlagSnapshot> fetch(FlagSetId flagSet) {
		return Mono.fromSupplier(() -> {
			FlagSnapshot snapshot = snapshot(flagSet);
			if (snapshot == null) {
				throw new FlagSetNotFoundException(flagSet);
			}
			return snapshot;
		});
	}

	@Override
	public Mono<FlagDelta> changesSince(FlagSetId flagSet, FlagPosition position) {
		return Mono.fromSupplier(() -> {
			Followed present = followed(flagSet);
			return (present != null) ? present.changes.since(position) : null;
		});
	}

	/**
	 * What is in memory confirms nothing while the server cannot be asked, or has
	 * announced something newer.
	 */
	@Override
	public boolean canConfirm(FlagSetId flagSet) {
		Followed present = followed(flagSet);
		return present != null && present.feed.isNewest();
	}

	/** The server has said so: it has sent a snapshot that resets its clients. */
	@Override
	public boolean takeReset(FlagSetId flagSet) {
		Followed present = followed(flagSet);
		return present != null && present.reset.compareAndSet(true, false);
	}

	/** What has not come from the server has no position of it. */
	private @Nullable FlagSnapshot snapshot(FlagSetId flagSet) {
		Followed present = followed(flagSet);
		if (present == null) {
			return null;
		}
		// The status first: once it is one of the server, so is the snapshot
		return switch (present.feed.status()) {
			case NOT_LOADED, DEFAULTS -> null;
			case CACHED, STALE, LIVE -> present.feed.snapshot().orElse(null);
		};
	}

	private @Nullable Followed followed(FlagSetId flagSet) {
		Followed known = this.followed.get(flagSet);
		return (known != null) ? known : follow(flagSet);
	}

	private @Nullable Followed follow(FlagSetId flagSet) {
		FlagFeed feed;
		try {
			feed = this.client.feeds().flagSet(flagSet);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
		return this.followed.computeIfAbsent(flagSet, (same) -> new Followed(feed, this.hints));
	}

	@Override
	public Flux<FlagSetId> hints() {
		return this.hints.asFlux();
	}

	@Override
	public Map<String, String> problems() {
		Map<String, String> problems = new TreeMap<>();
		ClientStatus status = this.client.status();
		if (!status.isLive()) {
			problems.put(UPSTREAM, "not connected since " + status.since() + ": " + status.reason());
		}
		this.followed.forEach((flagSet, present) -> {
			FlagsStatus flags = present.feed.status();
			if (flags != FlagsStatus.LIVE) {
				problems.put(UPSTREAM + " flag set '" + flagSet + "'", "not kept current: " + flags);
			}
		});
		return problems;
	}

	/**
	 * Follow nothing any more. The client stays open.
	 */
	@Override
	public void close() {
		this.followed.values().forEach((each) -> each.changesOfFeed.dispose());
	}

	/**
	 * A flag set that somebody here watches.
	 */
	private static final class Followed {

		private final FlagFeed feed;

		private final RecentChanges changes = new RecentChanges();

		private final Disposable changesOfFeed;

		/** Whether the flag set has gone back within its epoch. */
		private final AtomicBoolean reset = new AtomicBoolean();

		Followed(FlagFeed feed, FlagHints hints) {
			this.feed = feed;
			this.changesOfFeed = feed.changes().subscribe((change) -> {
				this.changes.add(change);
				FlagPosition from = change.from();
				if (from != null && from.isAheadOf(change.position())) {
					this.reset.set(true);
				}
				hints.hint(feed.flagSet());
			});
		}

	}

}
