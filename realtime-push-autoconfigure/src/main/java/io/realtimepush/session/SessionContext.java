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
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.hub.FlagHub;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What all sessions of a handler share.
 *
 * @param hub where the views are
 * @param fanout who tells subscriptions of moves
 * @param settings times and limits
 * @param timer for time-outs; what it runs hands over to the connection's executor
 * @param listeners told of sessions
 */
record SessionContext(FlagHub hub, Fanout fanout, SessionSettings settings, Scheduler timer,
		List<PushSessionListener> listeners) {

	private static final Log logger = LogFactory.getLog(SessionContext.class);

	/** The time by the timer. */
	Instant now() {
		return Instant.ofEpochMilli(this.timer.now(TimeUnit.MILLISECONDS));
	}

	/** Milliseconds that only go on, whatever the clock does. */
	long millis() {
		return TimeUnit.NANOSECONDS.toMillis(this.timer.now(TimeUnit.NANOSECONDS));
	}

	/**
	 * Ask the source for a new epoch because of a client that is ahead of it.
	 * @return whether there will be one; never because of a client key, whose claim
	 * proves nothing
	 */
	boolean asksForNewEpoch(PushLogin login, FlagPosition claimed) {
		return login.details().key().kind() == SdkKey.Kind.SERVER
				&& this.hub.confirmRestore(login.view().flagSet(), claimed.version());
	}

	/**
	 * Wait for an answer for a limited time, as {@link Mono#timeout(Duration, Scheduler)}
	 * does, but with the timer set behind the question: an answer that is there at once,
	 * as most are, needs none. To wake the timer's thread for each took a quarter of the
	 * CPU time of a login.
	 * @return the answer, or a {@link TimeoutException}
	 */
	<T> Mono<T> await(Mono<T> answer, Duration patience) {
		Mono<T> tooLate = Mono.delay(patience, this.timer)
			.flatMap((passed) -> Mono.error(new TimeoutException("no answer within " + patience.toMillis() + "ms")));
		return Mono.firstWithSignal(answer, tooLate);
	}

	MessageAllowance newMessageAllowance() {
		return new MessageAllowance(this.settings.limits().maxMessagesPerSecond(), millis());
	}

	/** Tell all listeners, also when one of them fails. */
	void tell(Consumer<PushSessionListener> event) {
		for (PushSessionListener listener : this.listeners) {
			try {
				event.accept(listener);
			}
			catch (RuntimeException ex) {
				logger.warn("session listener " + listener.getClass().getName() + " failed", ex);
			}
		}
	}

}
