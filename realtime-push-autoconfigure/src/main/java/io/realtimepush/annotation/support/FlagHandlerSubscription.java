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

package io.realtimepush.annotation.support;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.support.FlagConversionException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * The way of changes from a {@link FlagFeed} to a {@link FlagHandlerMethod}.
 * <p>
 * One change is asked for at a time, and the next only when all calls for it have ended:
 * so calls come one after another, and the feed merges what happens meanwhile. A method
 * that wants each change has an unbounded buffer in front of it instead. The thread that
 * publishes only finds out whether a change concerns the method; all else is done on the
 * scheduler.
 */
class FlagHandlerSubscription {

	private static final Log logger = LogFactory.getLog(FlagHandlerSubscription.class);

	private final FlagHandlerMethod method;

	private final FlagHandlerSelection selection;

	private final Scheduler scheduler;

	private final FlagHandlerObservers observers;

	// Touched only within the sequence of changes

	private @Nullable FlagSnapshot last;

	private @Nullable FlagPosition lastFailure;

	/** The flags whose values the method could not take at {@link #lastFailure}. */
	private final Set<String> failedFlags = new HashSet<>();

	// Touched by the thread that starts and stops

	private Sinks.Empty<Void> stop = Sinks.empty();

	private Sinks.Empty<Void> ended = Sinks.empty();

	private @Nullable Disposable subscription;

	private volatile boolean stopping;

	FlagHandlerSubscription(FlagHandlerMethod method, FlagHandlerSelection selection, Scheduler scheduler,
			FlagHandlerObservers observers) {
		this.method = method;
		this.selection = selection;
		this.scheduler = scheduler;
		this.observers = observers;
	}

	/**
	 * Begin to call the method. After a stop it goes on from the flag set that was the
	 * last then.
	 */
	void start() {
		Sinks.Empty<Void> stop = Sinks.empty();
		Sinks.Empty<Void> ended = Sinks.empty();
		this.stop = stop;
		this.ended = ended;
		this.stopping = false;
		Flux<FlagChange> changes = this.selection.feed().changes();
		if (!this.method.annotation().conflate()) {
			changes = changes.onBackpressureBuffer();
		}
		this.subscription = changes.takeUntilOther(stop.asMono())
			.map(this::sinceLast)
			.filter(this::isConcerned)
			.concatMap((change) -> callAll(change, stop.asMono()), 0)
			.doFinally((signal) -> ended.tryEmitEmpty())
			.subscribe((never) -> {
			}, this::failed, this::completed);
	}

	/**
	 * Call the method no more.
	 * @return completes when the running call has ended
	 */
	Mono<Void> stop() {
		this.stopping = true;
		this.stop.tryEmitEmpty();
		return this.ended.asMono();
	}

	/**
	 * Give up the running call after a stop.
	 * @return whether there was one
	 */
	boolean cancel() {
		Disposable subscription = this.subscription;
		if (subscription == null || subscription.isDisposed()) {
			return false;
		}
		subscription.dispose();
		return true;
	}

	private FlagChange sinceLast(FlagChange change) {
		FlagSnapshot previous = this.last;
		this.last = change.snapshot();
		return (change.from() == null && previous != null) ? FlagChange.between(previous, change.snapshot()) : change;
	}

	private boolean isConcerned(FlagChange change) {
		if (change.from() == null && !this.method.annotation().initial()) {
			return false;
		}
		return change.updates().stream().anyMatch((update) -> this.selection.filter().matches(update.key()));
	}

	/** Each on a thread that may be blocked, on whatever the one before has ended. */
	private Flux<Void> callAll(FlagChange change, Mono<Void> stop) {
		return Flux.defer(() -> Flux.fromIterable(invocations(change)))
			.takeUntilOther(stop)
			.concatMap((invocation) -> Mono.defer(() -> this.stopping ? Mono.empty() : call(invocation))
				.subscribeOn(this.scheduler), 0);
	}

	private List<FlagHandlerInvocation> invocations(FlagChange change) {
		if (!this.method.isPerFlag()) {
			return List.of(invocation(change, null));
		}
		return change.updates()
			.stream()
			.filter((update) -> this.selection.filter().matches(update.key()) && !isTakenBack(change, update.key()))
			.map((update) -> invocation(change, update))
			.toList();
	}

	/**
	 * A value that comes without a new position is a former one, in place of a value that
	 * some handler could not take. If it was this one, it has that value still.
	 */
	private boolean isTakenBack(FlagChange change, String key) {
		FlagPosition position = change.position();
		return position.equals(change.from()) && position.equals(this.lastFailure) && this.failedFlags.contains(key);
	}

	private FlagHandlerInvocation invocation(FlagChange change, @Nullable FlagUpdate<FlagValue> update) {
		return new FlagHandlerInvocation(this.method.beanName(), this.method.getMethod(), change, update,
				this.selection.sdkKey());
	}

	private Mono<Void> call(FlagHandlerInvocation invocation) {
		long start = System.nanoTime();
		try {
			return this.method.invoke(invocation)
				.doOnSuccess((nothing) -> ended(invocation, start, null))
				.onErrorResume((ex) -> {
					ended(invocation, start, ex);
					return Mono.empty();
				});
		}
		// Whatever a handler throws is its own affair, a missing class too
		catch (Throwable ex) {
			ended(invocation, start, ex);
			return Mono.empty();
		}
	}

	private void ended(FlagHandlerInvocation invocation, long start, @Nullable Throwable failure) {
		Duration duration = Duration.ofNanos(System.nanoTime() - start);
		if (failure != null) {
			noteFailure(invocation, failure);
		}
		this.observers.completed(invocation, duration, failure);
	}

	private void noteFailure(FlagHandlerInvocation invocation, Throwable failure) {
		FlagPosition position = invocation.change().position();
		FlagUpdate<FlagValue> update = invocation.update();
		String flag = (update != null) ? " for flag '" + update.key() + "'" : "";
		String message = "@OnFlagUpdate method " + this.method + " failed" + flag + " at " + position + " of flag set '"
				+ this.selection.feed().flagSet() + "'; it will be called for the next update";
		if (position.equals(this.lastFailure)) {
			logger.debug(message, failure);
		}
		else {
			this.lastFailure = position;
			this.failedFlags.clear();
			warn(message, failure);
		}
		if (update != null) {
			this.failedFlags.add(update.key());
		}
	}

	/** A value that does not fit says all by its text. */
	private static void warn(String message, Throwable failure) {
		if (failure instanceof FlagConversionException) {
			logger.warn(message + ": " + failure.getMessage());
			logger.debug(message, failure);
		}
		else {
			logger.warn(message, failure);
		}
	}

	private void completed() {
		if (!this.stopping) {
			logger.warn("flag set '" + this.selection.feed().flagSet() + "' gets no more changes; @OnFlagUpdate method "
					+ this.method + " will not be called any more");
		}
	}

	private void failed(Throwable failure) {
		logger.error("changes of flag set '" + this.selection.feed().flagSet() + "' ended; @OnFlagUpdate method "
				+ this.method + " will not be called any more", failure);
	}

	@Override
	public String toString() {
		return this.method.toString();
	}

}
