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

import java.util.Optional;
import java.util.function.BiConsumer;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.SynchronousSink;

/**
 * Changes of a view, for the app itself: one sink for all subscribers. The view is held,
 * and so watched, from the first use until the hub closes or the feed ends.
 */
final class ViewFeed implements FlagFeed {

	private final Sinks.Many<FlagChange> sink = Sinks.many().multicast().directBestEffort();

	private final Runnable listener = this::onMove;

	private final FlagSetId flagSet;

	private final FlagFilter filter;

	private final FlagView view;

	/** The last state that was emitted; guarded by the lock of the record. */
	private @Nullable ViewState last;

	ViewFeed(FlagHub hub, FlagSetId flagSet, FlagFilter filter) {
		this.flagSet = flagSet;
		this.filter = filter;
		this.view = hub.acquire(flagSet, filter);
		this.view.whileStill(() -> {
			this.last = this.view.state();
			this.view.addListener(this.listener);
		});
	}

	boolean isOf(FlagSetId otherFlagSet, FlagFilter otherFilter) {
		return this.flagSet.equals(otherFlagSet) && this.filter.equals(otherFilter);
	}

	@Override
	public FlagSetId flagSet() {
		return this.flagSet;
	}

	@Override
	public Optional<FlagSnapshot> snapshot() {
		ViewState state = this.view.state();
		return (state != null) ? Optional.of(state.snapshot()) : Optional.empty();
	}

	@Override
	public Mono<FlagSnapshot> loaded() {
		return this.view.loaded().map(ViewState::snapshot);
	}

	@Override
	public Flux<FlagChange> changes() {
		return Flux.defer(() -> Flux.create(this::attach, FluxSink.OverflowStrategy.LATEST).handle(new Conflation()));
	}

	/**
	 * Begin with the present snapshot, and miss none of the changes that follow: no move
	 * happens in between.
	 */
	private void attach(FluxSink<FlagChange> subscriber) {
		this.view.whileStill(() -> {
			ViewState state = this.view.state();
			if (state != null) {
				subscriber.next(FlagChange.between(null, state.snapshot()));
			}
			subscriber
				.onDispose(this.sink.asFlux().subscribe(subscriber::next, subscriber::error, subscriber::complete));
		});
	}

	private void onMove() {
		ViewState before = this.last;
		ViewState after = this.view.state();
		this.last = after;
		if (after != null && this.sink.currentSubscriberCount() > 0) {
			this.sink.emitNext(change(before, after), Sinks.EmitFailureHandler.FAIL_FAST);
		}
	}

	private static FlagChange change(@Nullable ViewState before, ViewState after) {
		ViewUpdate update = after.since((before != null) ? before.position() : null);
		if (before != null && (update.kind() == ViewUpdate.Kind.DELTA || update.kind() == ViewUpdate.Kind.HIDDEN)) {
			return FlagChange.of(before.snapshot(), update.delta(), after.snapshot());
		}
		return FlagChange.between((before != null) ? before.snapshot() : null, after.snapshot());
	}

	void close() {
		this.view.removeListener(this.listener);
		this.view.whileStill(this.sink::tryEmitComplete);
		this.view.release();
	}

	/**
	 * Makes one change of those that a slow subscriber has missed, by comparing the last
	 * snapshot it was given with the present one.
	 */
	private static final class Conflation implements BiConsumer<FlagChange, SynchronousSink<FlagChange>> {

		private @Nullable FlagSnapshot last;

		@Override
		public void accept(FlagChange change, SynchronousSink<FlagChange> out) {
			FlagSnapshot before = this.last;
			FlagPosition at = (before != null) ? before.position() : null;
			this.last = change.snapshot();
			boolean follows = (at != null) ? at.equals(change.from()) : change.from() == null;
			out.next(follows ? change : FlagChange.between(before, change.snapshot()));
		}

	}

}
