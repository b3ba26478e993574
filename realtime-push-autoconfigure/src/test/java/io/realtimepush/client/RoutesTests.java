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
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import io.realtimepush.client.ConnectFailure.Kind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Routes}.
 */
class RoutesTests {

	private static final URI ONE = URI.create("https://one.example.com/realtime");

	private static final URI TWO = URI.create("https://two.example.com/realtime");

	private static final ConnectFailure UNFIT = new ConnectFailure(Kind.UNFIT, "upgrade_refused", "refused");

	private static final ConnectFailure UNREACHABLE = new ConnectFailure(Kind.UNREACHABLE, "unreachable", "refused");

	private static final ConnectFailure BROKEN = new ConnectFailure(Kind.BROKEN, "broken", "lost");

	private final Routes routes = routes(ONE, TWO);

	private long now;

	@Test
	void bestIsTriedFirst() {
		assertThat(next()).isEqualTo(ONE + " over websocket");
	}

	@Test
	void transportThatDoesNotGetThroughIsFollowedByTheNextAtOnce() {
		assertThat(fail(ConnectStep.TRANSPORT, UNFIT)).isTrue();
		assertThat(next()).isEqualTo(ONE + " over sse");
		assertThat(fail(ConnectStep.LOGIN, UNFIT)).isTrue();
		assertThat(next()).isEqualTo(ONE + " over pull");
		pass(Duration.ofMinutes(4));
		assertThat(next()).isEqualTo(ONE + " over websocket");
	}

	@Test
	void allAreTriedAgainWhenNoneIsLeft() {
		assertThat(fail(ConnectStep.TRANSPORT, UNFIT)).isTrue();
		assertThat(fail(ConnectStep.TRANSPORT, UNFIT)).isTrue();
		assertThat(fail(ConnectStep.TRANSPORT, UNFIT)).isFalse();
		assertThat(next()).isEqualTo(ONE + " over websocket");
	}

	@Test
	void transportThatBreaksTwiceBeforeItIsLiveIsPassedOver() {
		Routes single = routes(ONE);
		Route route = single.next(this.now);
		single.failed(route, ConnectStep.LOGIN, BROKEN, this.now);
		assertThat(single.next(this.now)).isEqualTo(route);
		single.failed(route, ConnectStep.LOGIN, BROKEN, this.now);
		assertThat(single.next(this.now)).hasToString(ONE + " over sse");
	}

	@Test
	void serverThatCannotBeReachedIsFollowedByAnotherAndComesBack() {
		assertThat(fail(ConnectStep.RESOLVE, UNREACHABLE)).isFalse();
		assertThat(next()).isEqualTo(TWO + " over websocket");
		Route present = this.routes.next(this.now);
		this.routes.succeeded(present);
		assertThat(this.routes.better(present, this.now)).isNull();
		Duration until = this.routes.untilBetter(present, this.now);
		assertThat(until).isBetween(Duration.ofSeconds(24), Duration.ofSeconds(36));
		pass(until);
		assertThat(this.routes.better(present, this.now)).hasToString(ONE + " over websocket");
	}

	@Test
	void bestWayHasNoBetterOne() {
		Route present = this.routes.next(this.now);
		assertThat(this.routes.better(present, this.now)).isNull();
		assertThat(this.routes.untilBetter(present, this.now)).isNull();
	}

	@Test
	void adviceGoesFirstAndPullingStaysTheLastResort() {
		URI advised = URI.create("https://near.example.com/realtime");
		this.routes.advise(List.of(advised), List.of("pull", "carrier-pigeon", "sse"));
		assertThat(next()).isEqualTo(advised + " over sse");
		fail(ConnectStep.TRANSPORT, UNFIT);
		assertThat(next()).isEqualTo(advised + " over websocket");
		fail(ConnectStep.TRANSPORT, UNFIT);
		assertThat(next()).isEqualTo(advised + " over pull");
		fail(ConnectStep.RESOLVE, UNREACHABLE);
		assertThat(next()).isEqualTo(ONE + " over sse");
	}

	@Test
	void otherAdviceMakesOtherWaysBetter() {
		URI advised = URI.create("https://near.example.com/realtime");
		assertThat(this.routes.advise(List.of(advised), List.of("sse"))).isTrue();
		assertThat(this.routes.advise(List.of(advised), List.of("sse"))).isFalse();
		Route present = this.routes.next(this.now);
		assertThat(present).hasToString(advised + " over sse");
		assertThat(this.routes.untilBetter(present, this.now)).isNull();
		assertThat(this.routes.advise(List.of(), List.of())).isTrue();
		assertThat(this.routes.better(present, this.now)).hasToString(ONE + " over websocket");
		assertThat(this.routes.isBetter(this.routes.next(this.now), present)).isTrue();
		assertThat(this.routes.isBetter(present, this.routes.next(this.now))).isFalse();
	}

	@Test
	void transportIsPassedOverOnlyWhereItDoesNotGetThrough() {
		fail(ConnectStep.RESOLVE, UNREACHABLE);
		Route present = this.routes.next(this.now);
		assertThat(present).hasToString(TWO + " over websocket");
		this.routes.succeeded(present);
		pass(Duration.ofSeconds(36));
		Route better = this.routes.better(present, this.now);
		assertThat(better).hasToString(ONE + " over websocket");
		this.routes.probeFailed(better, present, UNFIT, this.now);
		assertThat(this.routes.better(present, this.now)).hasToString(ONE + " over sse");
		this.routes.failed(present, ConnectStep.RESOLVE, UNREACHABLE, this.now);
		assertThat(next()).isEqualTo(ONE + " over sse");
		this.routes.failed(this.routes.next(this.now), ConnectStep.RESOLVE, UNREACHABLE, this.now);
		pass(Duration.ofSeconds(36));
		this.routes.succeeded(present);
		this.routes.failed(new Route(ONE, better.transport()), ConnectStep.RESOLVE, UNREACHABLE, this.now);
		assertThat(next()).isEqualTo(TWO + " over websocket");
	}

	private static Routes routes(URI... endpoints) {
		List<ClientTransport> transports = Stream.of("websocket", "sse", "pull")
			.map((name) -> (ClientTransport) new NamedTransport(name))
			.toList();
		return new Routes(List.of(endpoints), transports, Duration.ofMinutes(3), new Random(7));
	}

	private String next() {
		return this.routes.next(this.now).toString();
	}

	private boolean fail(ConnectStep step, ConnectFailure failure) {
		return this.routes.failed(this.routes.next(this.now), step, failure, this.now);
	}

	private void pass(Duration time) {
		this.now += time.toNanos();
	}

	/**
	 * Is never opened here.
	 *
	 * @param name its name
	 */
	private record NamedTransport(String name) implements ClientTransport {

		@Override
		public TransportConnection open(TransportRequest request, TransportListener listener) {
			throw new UnsupportedOperationException();
		}

	}

}
