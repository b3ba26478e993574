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
 * and so watched, until the feed follows another one or is closed.
 * <p>
 * What is emitted, and in which order, is decided while the view cannot move; subscribers
 * are called afterwards, by one thread at a time.
 */
final class ViewFeed implements FlagFeed {

	private final FlagHub hub;

	private final Sinks.Many<FlagChange> sink = Sinks.many().multicast().directBestEffort();

	private final Deliveries deliveries = new Deliveries();

	private final Runnable listener = this::onMove;

	private volatile FlagView view;

	/**
	 * The last state that is or will be emitted; touched only while the view is still.
	 */
	private @Nullable ViewState last;

	private volatile boolean closed;

	ViewFeed(FlagHub hub, FlagSetId flagSet, FlagFilter filter) {
		this.hub = hub;
		FlagView first = hub.acquire(flagSet, filter);
		this.view = first;
		first.whileStill(() -> {
			this.last = first.state();
			first.addListener(this.listener);
		});
	}

	/**
	 * Go on with another view. Subscribers are given the change between the snapshots as
	 * soon as the new one is loaded.
	 */
	void follow(FlagSetId flagSet, FlagFilter filter) {
		FlagView next = changeTo(flagSet, filter);
		if (next != null) {
			next.runDeliveries();
		}
	}

	private synchronized @Nullable FlagView changeTo(FlagSetId flagSet, FlagFilter filter) {
		FlagView former = this.view;
		if (this.closed || (former.flagSet().equals(flagSet) && former.filter().equals(filter))) {
			return null;
		}
		FlagView next = this.hub.acquire(flagSet, filter);
		former.whileStill(() -> former.removeListener(this.listener));
		this.view = next;
		next.whileStill(() -> {
			next.addListener(this.listener);
			onMove();
		});
		former.release();
		return next;
	}

	@Override
	public FlagSetId flagSet() {
		return this.view.flagSet();
	}

	@Override
	public Optional<FlagSnapshot> snapshot() {
		ViewState state = this.view.state();
		return (state != null && !this.closed) ? Optional.of(state.snapshot()) : Optional.empty();
	}

	@Override
	public Mono<FlagSnapshot> loaded() {
		return changes().next().map(FlagChange::snapshot);
	}

	@Override
	public Flux<FlagChange> changes() {
		return Flux.defer(() -> Flux.create(this::attach, FluxSink.OverflowStrategy.LATEST).handle(new Conflation()));
	}

	/**
	 * Begin with the present snapshot, and miss none of the changes that follow: all that
	 * was decided before is emitted before the subscriber is added.
	 */
	private void attach(FluxSink<FlagChange> subscriber) {
		enqueue(subscriber).runDeliveries();
	}

	private synchronized FlagView enqueue(FluxSink<FlagChange> subscriber) {
		FlagView present = this.view;
		present.whileStill(() -> {
			ViewState state = present.state();
			deliver(present, () -> begin(subscriber, state));
		});
		return present;
	}

	private void begin(FluxSink<FlagChange> subscriber, @Nullable ViewState state) {
		if (state != null && !this.closed) {
			subscriber.next(FlagChange.between(null, state.snapshot()));
		}
		subscriber.onDispose(this.sink.asFlux().subscribe(subscriber::next, subscriber::error, subscriber::complete));
	}

	/** Called while the view is still. */
	private void onMove() {
		FlagView present = this.view;
		ViewState before = this.last;
		ViewState after = present.state();
		if (after != null) {
			this.last = after;
			deliver(present, () -> emit(before, after));
		}
	}

	private void deliver(FlagView present, Runnable call) {
		this.deliveries.add(call);
		present.deliver(this.deliveries::run);
	}

	private void emit(@Nullable ViewState before, ViewState after) {
		if (this.sink.currentSubscriberCount() > 0) {
			this.sink.emitNext(change(before, after), Sinks.EmitFailureHandler.FAIL_FAST);
		}
	}

	private static FlagChange change(@Nullable ViewState before, ViewState after) {
		if (before != null && before.view() == after.view()) {
			ViewUpdate update = after.since(before.position());
			if (update.kind() == ViewUpdate.Kind.DELTA || update.kind() == ViewUpdate.Kind.HIDDEN) {
				return FlagChange.of(before.snapshot(), update.delta(), after.snapshot());
			}
		}
		return FlagChange.between((before != null) ? before.snapshot() : null, after.snapshot());
	}

	void close() {
		end().runDeliveries();
	}

	private synchronized FlagView end() {
		FlagView former = this.view;
		if (this.closed) {
			return former;
		}
		this.closed = true;
		former.whileStill(() -> {
			former.removeListener(this.listener);
			deliver(former, this.sink::tryEmitComplete);
		});
		former.release();
		return former;
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
