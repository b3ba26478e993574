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

package io.realtimepush.transport;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.transport.LoopbackServer.Tenant;
import io.realtimepush.transport.RawConnection.Answer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for polls that are taken before the HTTP codec: which they are, and that a client
 * cannot tell.
 */
class PollReaderTests extends LoopbackSupport {

	/** A wait that is not over before something else ends it. */
	private static final int ENDED_BY_EVENT = 20_000;

	PollReaderTests() {
		super(false);
	}

	@BeforeEach
	void clear() {
		server().exchanges().clear();
	}

	private Tenant tenant() {
		Tenant tenant = server().tenant();
		tenant.set("checkout", "true");
		tenant.watch();
		return tenant;
	}

	private long exchanges() {
		return server().exchanges().begun().size();
	}

	private long sessions(Tenant tenant) {
		return server().handler().sessions().stream().filter((it) -> it.flagSet().equals(tenant.flagSet())).count();
	}

	private void awaitSessions(Tenant tenant, long count) {
		Awaitility.await().atMost(LoopbackServer.TIMEOUT).until(() -> sessions(tenant) == count);
	}

	/** A session can be written to only while a poll of it waits. */
	private void awaitPoll(Tenant tenant) {
		Awaitility.await().atMost(LoopbackServer.TIMEOUT).until(() -> server().isAnyReady(tenant.flagSet()));
	}

	@Test
	void thirdPollOfAKindNeedsNoExchange() {
		Tenant tenant = tenant();
		try (Poller poller = new Poller(tenant)) {
			List<Answer> answers = new ArrayList<>();
			for (int i = 0; i < 10; i++) {
				FlagPosition position = tenant.set("n", String.valueOf(i));
				answers.add(poller.poll());
				assertThat(answers.get(i).message().position()).isEqualTo(position);
			}
			// One without position and two with
			assertThat(exchanges()).isEqualTo(3);
			Answer before = answers.get(2);
			assertThat(answers.subList(3, 10)).allSatisfy((answer) -> {
				assertThat(answer.message().type()).isEqualTo("delta");
				assertThat(withoutLength(answer)).isEqualTo(withoutLength(before));
			});
		}
	}

	private static Map<String, String> withoutLength(Answer answer) {
		Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		headers.putAll(answer.headers());
		headers.remove("Content-Length");
		return headers;
	}

	@Test
	void pollThatWaitsIsAnsweredByTheChange() {
		Tenant tenant = tenant();
		try (Poller poller = new Poller(tenant)) {
			poller.wait = ENDED_BY_EVENT;
			poller.settle();
			poller.send();
			awaitPoll(tenant);
			FlagPosition position = tenant.set("n", "1");
			assertThat(poller.read().message().position()).isEqualTo(position);
			assertThat(exchanges()).isEqualTo(3);
		}
	}

	@Test
	void waitThatIsOverIsAnsweredByAHeartbeat() {
		Tenant tenant = tenant();
		try (Poller poller = new Poller(tenant)) {
			poller.settle();
			for (int i = 0; i < 3; i++) {
				assertThat(poller.poll().message().type()).isEqualTo("heartbeat");
			}
			assertThat(exchanges()).isEqualTo(3);
		}
	}

	@Test
	void otherRequestBetweenIsServedAndEndsTheShorterWay() {
		Tenant tenant = tenant();
		try (Poller poller = new Poller(tenant)) {
			poller.settle();
			Answer flags = poller.connection.request("GET /realtime/flags", poller.headers()).readAnswer();
			assertThat(flags.message().type()).isEqualTo("snapshot");
			for (int i = 0; i < 3; i++) {
				assertThat(poller.poll().status()).isEqualTo(200);
			}
			assertThat(exchanges()).isGreaterThan(4);
		}
	}

	@Test
	void pollWithOtherOptionsIsReadAnew() {
		Tenant tenant = tenant();
		try (Poller poller = new Poller(tenant)) {
			poller.settle();
			poller.more = "&mode=snapshot";
			tenant.set("n", "1");
			assertThat(poller.poll().message().type()).isEqualTo("snapshot");
			assertThat(exchanges()).isEqualTo(4);
		}
	}

	@Test
	void pollWithOtherKeyIsAuthenticatedAnew() {
		Tenant tenant = tenant();
		try (Poller poller = new Poller(tenant)) {
			poller.settle();
			poller.key = "sdk-nobody-knows";
			assertThat(poller.poll().status()).isEqualTo(401);
		}
	}

	@Test
	void pollInPiecesIsServed() {
		Tenant tenant = tenant();
		try (Poller poller = new Poller(tenant)) {
			poller.settle();
			FlagPosition position = tenant.set("n", "1");
			byte[] request = poller.request();
			for (byte b : request) {
				poller.connection.write(new byte[] { b });
			}
			assertThat(poller.read().message().position()).isEqualTo(position);
		}
	}

	/**
	 * The second half of one request and the first of the next are never taken for one.
	 */
	@Test
	void bodyThatLooksLikeAPollIsABody() {
		Tenant tenant = tenant();
		try (Poller poller = new Poller(tenant)) {
			poller.settle();
			byte[] poll = poller.request();
			poller.connection.request("POST /realtime/ack",
					List.of("Authorization: Bearer " + tenant.serverKey(), "Content-Length: " + poll.length));
			Awaitility.await().atMost(LoopbackServer.TIMEOUT).until(() -> exchanges() == 4);
			poller.connection.write(poll);
			Answer answer = poller.connection.readAnswer();
			assertThat(answer.status()).isEqualTo(400);
			assertThat(answer.message().text("code")).isEqualTo("bad_request");
		}
	}

	@Test
	void pollsThatAreSentAheadAreAnsweredInTheirOrder() {
		Tenant tenant = tenant();
		try (Poller poller = new Poller(tenant)) {
			poller.wait = ENDED_BY_EVENT;
			poller.settle();
			poller.send();
			poller.send();
			poller.connection.request("GET /realtime/flags", poller.headers());
			awaitPoll(tenant);
			FlagPosition first = tenant.set("n", "1");
			assertThat(poller.read().message().position()).isEqualTo(first);
			// It was sent from the former position, which is no longer the present one
			assertThat(poller.read().message().position()).isEqualTo(first);
			assertThat(poller.read().message().type()).isEqualTo("snapshot");
		}
	}

	@Test
	void revokedKeyEndsTheWait() {
		Tenant tenant = tenant();
		try (Poller poller = new Poller(tenant)) {
			poller.wait = ENDED_BY_EVENT;
			poller.settle();
			poller.send();
			awaitPoll(tenant);
			tenant.revoke();
			Answer answer = poller.connection.readAnswer();
			assertThat(answer.status()).isEqualTo(401);
			assertThat(answer.headers()).containsEntry("Content-Type", "application/problem+json")
				.containsEntry("WWW-Authenticate", "Bearer");
			assertThat(answer.message().text("code")).isEqualTo(CloseReason.UNAUTHORIZED.code());
			assertThat(poller.poll().status()).isEqualTo(401);
		}
	}

	@Test
	void clientThatDoesNotNameItsSessionStaysOneOnItsConnection() {
		Tenant tenant = tenant();
		try (Poller poller = new Poller(tenant)) {
			poller.namesSession = false;
			poller.settle();
			String session = poller.poll().headers().get("Realtime-Push-Session");
			for (int i = 0; i < 5; i++) {
				tenant.set("n", String.valueOf(i));
				assertThat(poller.poll().headers()).containsEntry("Realtime-Push-Session", session);
			}
			assertThat(sessions(tenant)).isOne();
		}
	}

	@Test
	void positionMayBeEncoded() {
		Tenant tenant = tenant();
		try (Poller poller = new Poller(tenant)) {
			poller.encodes = true;
			poller.settle();
			FlagPosition position = tenant.set("n", "1");
			assertThat(poller.poll().message().position()).isEqualTo(position);
			assertThat(exchanges()).isEqualTo(3);
		}
	}

	@Test
	void clientsOfAKindAreContinuedEachFromItsOwnPosition() {
		Tenant tenant = tenant();
		try (Poller ahead = new Poller(tenant); Poller behind = new Poller(tenant)) {
			ahead.settle();
			behind.settle();
			FlagPosition base = tenant.set("n", "1");
			behind.poll();
			for (int i = 2; i < 6; i++) {
				FlagPosition before = tenant.set("n", String.valueOf(i));
				assertThat(ahead.poll().message().position()).isEqualTo(before);
				tenant.set("m", String.valueOf(i));
				assertThat(ahead.poll().message().number("from")).isEqualTo(before.version());
				assertThat(behind.poll().message().number("from")).isEqualTo(base.version());
				base = behind.at();
			}
			assertThat(exchanges()).isEqualTo(6);
		}
	}

	@Test
	void parameterBehindThePositionIsNoPartOfIt() {
		Tenant tenant = tenant();
		try (Poller poller = new Poller(tenant)) {
			poller.settle();
			FlagPosition position = tenant.set("n", "1");
			poller.position += "&mode=notify";
			Message told = poller.poll().message();
			assertThat(told.type()).isEqualTo("version");
			assertThat(told.position()).isEqualTo(position);
			assertThat(exchanges()).isEqualTo(4);
		}
	}

	@Test
	void largeAnswersAreSentWhole() {
		Tenant tenant = tenant();
		try (Poller poller = new Poller(tenant)) {
			poller.settle();
			for (int i = 0; i < 4; i++) {
				String value = "x".repeat(400_000) + i;
				FlagPosition position = tenant.set("large", '"' + value + '"');
				Message told = poller.poll().message();
				assertThat(told.position()).isEqualTo(position);
				assertThat(told.node().path("set").path("large").asString()).isEqualTo(value);
				assertThat(poller.poll().message().type()).isEqualTo("heartbeat");
			}
			assertThat(exchanges()).isEqualTo(3);
		}
	}

	@Test
	void clientThatLeavesDuringAPollIsMissed() {
		Tenant tenant = tenant();
		try (Poller poller = new Poller(tenant)) {
			poller.wait = ENDED_BY_EVENT;
			poller.settle();
			poller.send();
			awaitPoll(tenant);
		}
		awaitSessions(tenant, 0);
	}

	@Test
	void clientThatSendsItsPollAndNoMoreIsAnswered() {
		Tenant tenant = tenant();
		try (Poller poller = new Poller(tenant)) {
			poller.settle();
			poller.poll();
			FlagPosition position = tenant.set("n", "1");
			poller.send();
			poller.connection.endOutput();
			assertThat(poller.read().message().position()).isEqualTo(position);
		}
	}

	/** A client on one connection. */
	private final class Poller implements AutoCloseable {

		private final RawConnection connection = RawConnection.to(server());

		private final Tenant tenant;

		private String key;

		/** Part of the kind of a poll, so it has to be the same from the first one on. */
		private int wait = 300;

		private String more = "";

		private boolean namesSession = true;

		private boolean encodes;

		private String session = "";

		private String position = "";

		Poller(Tenant tenant) {
			this.tenant = tenant;
			this.key = tenant.serverKey();
		}

		FlagPosition at() {
			return FlagPosition.parse(this.position.substring(this.position.indexOf('=') + 1));
		}

		/** Poll until the next poll can be taken, each time for a change. */
		void settle() {
			for (int i = 0; i < 3; i++) {
				this.tenant.set("settled", String.valueOf(i));
				assertThat(poll().status()).isEqualTo(200);
			}
		}

		Answer poll() {
			send();
			return read();
		}

		void send() {
			this.connection.write(request());
		}

		private byte[] request() {
			String target = "GET /realtime/poll?wait=" + this.wait + this.more + this.position;
			return (target + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", headers()) + "\r\n\r\n")
				.getBytes(StandardCharsets.US_ASCII);
		}

		private List<String> headers() {
			List<String> headers = new ArrayList<>(List.of("Authorization: Bearer " + this.key));
			if (this.namesSession && !this.session.isEmpty()) {
				headers.add("Realtime-Push-Session: " + this.session);
			}
			return headers;
		}

		Answer read() {
			Answer answer = this.connection.readAnswer();
			if (answer.status() == 200) {
				this.session = answer.headers().getOrDefault("Realtime-Push-Session", this.session);
				String at = answer.message().position().toString();
				this.position = "&position=" + (this.encodes ? at.replace(":", "%3A") : at);
			}
			return answer;
		}

		@Override
		public void close() {
			this.connection.close();
		}

	}

}
