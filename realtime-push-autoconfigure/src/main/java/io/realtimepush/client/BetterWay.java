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

package io.realtimepush.client;

import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.realtimepush.client.ConnectFailure.Kind;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Looks for a better way while a session works over another than the best: one
 * {@link Probe} at a time, as soon as the way is not passed over any more.
 * <p>
 * Confined to the loop.
 */
final class BetterWay implements Probe.Owner {

	private static final Log logger = LogFactory.getLog(BetterWay.class);

	/** It is not looked for in the first moments of a session. */
	private static final Duration DELAY = Duration.ofSeconds(2);

	private final Effects effects;

	private final ClientSettings.Timeouts timeouts;

	private final Routes routes;

	private final ClientReport report;

	private final Function<URI, TransportRequest> requests;

	private final Supplier<AddressFamily> addressFamily;

	private final Consumer<Route> found;

	private @Nullable ClientSession session;

	private @Nullable Probe probe;

	private Disposable timer = Disposables.disposed();

	/**
	 * Look for better ways.
	 * @param effects the world outside
	 * @param timeouts how long the steps of a probe may take
	 * @param routes the ways
	 * @param report is told of the steps
	 * @param requests says what to log in with
	 * @param addressFamily says which addresses are to be tried first
	 * @param found is given a way that works, when its probe has ended
	 */
	BetterWay(Effects effects, ClientSettings.Timeouts timeouts, Routes routes, ClientReport report,
			Function<URI, TransportRequest> requests, Supplier<AddressFamily> addressFamily, Consumer<Route> found) {
		this.effects = effects;
		this.timeouts = timeouts;
		this.routes = routes;
		this.report = report;
		this.requests = requests;
		this.addressFamily = addressFamily;
		this.found = found;
	}

	/**
	 * Look for a better way than that of a session.
	 */
	void sessionLive(ClientSession live) {
		this.session = live;
		later();
	}

	/**
	 * Take note that other ways may be better than they were. A probe that is under way
	 * goes on, and is judged by what is better when it ends.
	 */
	void orderChanged() {
		if (this.probe == null) {
			later();
		}
	}

	/**
	 * Look for none any more.
	 */
	void sessionEnded() {
		this.session = null;
		this.timer.dispose();
		if (this.probe != null) {
			this.probe.cancel();
		}
	}

	private void later() {
		this.timer.dispose();
		ClientSession present = this.session;
		Duration until = (present != null) ? this.routes.untilBetter(present.route(), now()) : null;
		if (until != null) {
			this.timer = this.effects.loop().schedule((until.compareTo(DELAY) > 0) ? until : DELAY, this::look);
		}
	}

	private void look() {
		ClientSession present = this.session;
		// The former one may take a while to close
		if (present == null || this.probe != null) {
			return;
		}
		Route better = this.routes.better(present.route(), now());
		if (better == null) {
			later();
			return;
		}
		Probe next = new Probe(this.effects, this.timeouts, better, this);
		this.probe = next;
		next.start();
	}

	@Override
	public TransportRequest probeRequest(URI endpoint) {
		return this.requests.apply(endpoint);
	}

	@Override
	public AddressFamily addressFamily() {
		return this.addressFamily.get();
	}

	@Override
	public void stepEnded(ClientSession session, ConnectStep step, Duration took, @Nullable ConnectFailure failure) {
		this.report.stepEnded(session.route(), step, took, failure);
	}

	@Override
	public void probeEnded(Probe ended, @Nullable ConnectFailure failure) {
		this.probe = null;
		ClientSession present = this.session;
		if (present == null) {
			return;
		}
		Route route = ended.route();
		if (failure == null) {
			this.routes.succeeded(route);
			if (this.routes.isBetter(route, present.route())) {
				this.found.accept(route);
			}
			else {
				later();
			}
		}
		else {
			if (failure.kind() != Kind.LEFT) {
				logger.debug("the better way " + route + " does not work yet: " + failure);
				this.routes.probeFailed(route, present.route(), failure, now());
			}
			later();
		}
	}

	private long now() {
		return this.effects.loop().nanoTime();
	}

}
