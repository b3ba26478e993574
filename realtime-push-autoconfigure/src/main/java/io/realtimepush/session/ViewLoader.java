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

package io.realtimepush.session;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.hub.FlagView;
import io.realtimepush.hub.TooManyViewsException;
import io.realtimepush.hub.ViewState;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.MessageReader;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Gets hold of views for who has logged in, and waits until they are loaded.
 *
 * @param evaluation makes what client keys see of flag sets that hold rules
 * @param context the hub, and times
 */
record ViewLoader(FlagEvaluation evaluation, SessionContext context) {

	/** Get hold of the view, and wait until it is loaded. */
	Mono<FlagView> load(SdkKeyDetails details, ClientMessage.Options options) {
		List<String> wanted = options.flags();
		FlagFilter filter = (wanted != null) ? details.visible().and(MessageReader.filter(wanted)) : details.visible();
		boolean evaluated = details.key().kind() == SdkKey.Kind.CLIENT && this.evaluation.isNeeded(details.flagSet());
		return evaluated ? evaluate(details.flagSet(), options.user(), filter) : load(details.flagSet(), filter);
	}

	/** Get hold of some flags of a flag set, as they are. */
	Mono<FlagView> load(FlagSetId flagSet, FlagFilter filter) {
		return load(this.context.hub().acquire(flagSet, filter));
	}

	/**
	 * Whoever has a client key must not see rules, which name users and what is planned.
	 */
	private Mono<FlagView> evaluate(FlagSetId flagSet, @Nullable String user, FlagFilter visible) {
		if (this.evaluation.maxViews() == 0) {
			throw new SessionRejectedException(CloseReason.FORBIDDEN,
					"this flag set holds toggles, which are not evaluated for client keys here");
		}
		if (user == null) {
			throw new SessionRejectedException(CloseReason.BAD_REQUEST,
					"this flag set holds toggles that are evaluated for a user; send 'user'");
		}
		try {
			return load(this.context.hub()
				.acquire(flagSet, this.evaluation.lens(flagSet, user, visible), this.evaluation.maxViews()));
		}
		catch (IllegalArgumentException ex) {
			throw new SessionRejectedException(CloseReason.BAD_REQUEST, "'user': " + ex.getMessage());
		}
		catch (TooManyViewsException ex) {
			throw new SessionRejectedException(CloseReason.TOO_MANY,
					"toggles are evaluated for " + this.evaluation.maxViews() + " users already",
					Duration.ofSeconds(5));
		}
	}

	private Mono<FlagView> load(FlagView view) {
		if (view.state() != null) {
			return Mono.just(view);
		}
		// A time-out and a client that leaves may come together
		AtomicBoolean given = new AtomicBoolean();
		Runnable giveBack = () -> {
			if (given.compareAndSet(false, true)) {
				view.release();
			}
		};
		return view.loaded()
			.publishOn(this.context.timer())
			.timeout(this.context.settings().loadTimeout(), this.context.timer())
			.doOnError((ex) -> giveBack.run())
			.doOnCancel(giveBack)
			.thenReturn(view)
			.onErrorMap(TimeoutException.class, (ex) -> new SessionRejectedException(CloseReason.NOT_READY));
	}

	/**
	 * Return the state of a view.
	 * @throws SessionRejectedException if it has none any more
	 */
	static ViewState state(FlagView view) {
		ViewState state = view.state();
		if (state == null) {
			throw new SessionRejectedException(CloseReason.NOT_READY);
		}
		return state;
	}

	/** Wait until a view has reached a position. */
	Mono<ViewState> await(FlagView view, FlagPosition min) {
		this.context.hub().look(view.flagSet());
		return view.await(min)
			.publishOn(this.context.timer())
			.timeout(this.context.settings().loadTimeout(), this.context.timer())
			.onErrorMap(TimeoutException.class, (ex) -> new SessionRejectedException(CloseReason.NOT_READY,
					"version " + min.version() + " is not known here yet", Duration.ofSeconds(1)));
	}

}
