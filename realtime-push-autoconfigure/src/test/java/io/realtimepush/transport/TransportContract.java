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

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.transport.LoopbackServer.Tenant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds on every transport.
 */
interface TransportContract extends OnLoopback {

	/** Open a session over the transport. */
	TestSession open(LoopbackServer server, OpenOptions options);

	private TestSession open(OpenOptions options) {
		return open(server(), options);
	}

	private static OpenOptions as(Tenant tenant) {
		return OpenOptions.key(tenant.serverKey());
	}

	private static OpenOptions asClient(Tenant tenant) {
		return OpenOptions.key(tenant.clientKey());
	}

	/** A tenant with a flag, whose flag set stays watched. */
	private Tenant tenant() {
		Tenant tenant = server().tenant();
		tenant.set("checkout", "true", "ui.theme", "\"dark\"");
		tenant.watch();
		return tenant;
	}

	/** A session that has been sent its first snapshot. */
	private TestSession openAndSync(OpenOptions options) {
		TestSession session = open(options).expectWelcome(false);
		session.next("snapshot");
		return session;
	}

	@Test
	default void newClientIsSentSnapshot() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("limit", "1.10", "nothing", "null");
		try (TestSession session = open(as(tenant)).expectWelcome(false)) {
			Message snapshot = session.next("snapshot");
			assertThat(snapshot.position()).isEqualTo(position);
			assertThat(snapshot.json()).contains("\"limit\":1.10", "\"nothing\":null", "\"checkout\":true");
			assertThat(snapshot.flag("reset")).isFalse();
			session.expectSilence();
		}
	}

	@Test
	default void changeIsPushedAsDelta() {
		Tenant tenant = tenant();
		try (TestSession session = open(as(tenant)).expectWelcome(false)) {
			FlagPosition before = session.next("snapshot").position();
			FlagPosition after = tenant.set("checkout", "false");
			Message delta = session.next("delta");
			assertThat(delta.number("from")).isEqualTo(before.version());
			assertThat(delta.position()).isEqualTo(after);
			assertThat(delta.node().path("set").toString()).isEqualTo("{\"checkout\":false}");
			assertThat(delta.node().path("removed").isEmpty()).isTrue();
			tenant.remove("checkout");
			assertThat(session.next("delta").node().path("removed").toString()).isEqualTo("[\"checkout\"]");
		}
	}

	@Test
	default void resumeAtPresentPositionSendsNothing() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("checkout", "false");
		try (TestSession session = open(as(tenant).at(position)).expectWelcome(true)) {
			session.expectSilence();
			tenant.set("checkout", "true");
			assertThat(session.next("delta").number("from")).isEqualTo(position.version());
		}
	}

	@Test
	default void resumeAtRingBoundarySendsMergedDelta() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("a", "1");
		tenant.set("a", "2", "b", "2");
		tenant.remove("b");
		FlagPosition last = tenant.set("a", "1");
		try (TestSession session = open(as(tenant).at(position)).expectWelcome(true)) {
			Message delta = session.next("delta");
			assertThat(delta.number("from")).isEqualTo(position.version());
			assertThat(delta.position()).isEqualTo(last);
			assertThat(delta.node().path("set").toString()).isEqualTo("{\"a\":1}");
			assertThat(delta.node().path("removed").toString()).isEqualTo("[\"b\"]");
		}
	}

	@Test
	default void resumeBetweenBoundariesSendsSnapshot() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("a", "1");
		tenant.await(tenant.restore(position.at(position.version() + 5), "a", "6"));
		try (TestSession session = open(as(tenant).at(position.at(position.version() + 2))).expectWelcome(false)) {
			assertThat(session.next("snapshot").number("version")).isEqualTo(position.version() + 5);
		}
	}

	@Test
	default void resumeOutsideRingSendsSnapshot() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("a", "0");
		for (int i = 1; i <= 9; i++) {
			tenant.set("a", String.valueOf(i));
		}
		try (TestSession session = open(as(tenant).at(position)).expectWelcome(false)) {
			assertThat(session.next("snapshot").flags().path("a").asInt()).isEqualTo(9);
		}
	}

	@Test
	default void resumeAcrossEpochsSendsSnapshot() {
		Tenant tenant = tenant();
		try (TestSession session = open(as(tenant).at(new FlagPosition("other", 1))).expectWelcome(false)) {
			session.next("snapshot");
		}
	}

	@Test
	default void resumeAcrossFiltersSendsSnapshot() {
		Tenant tenant = tenant();
		FlagPosition whole = tenant.set("ui.hero", "1");
		try (TestSession session = open(as(tenant).flags("ui.*").at(whole)).expectWelcome(false)) {
			Message snapshot = session.next("snapshot");
			assertThat(snapshot.position()).isEqualTo(tenant.view(whole, "ui.*"));
			assertThat(snapshot.flags().propertyNames()).containsExactlyInAnyOrder("ui.theme", "ui.hero");
		}
		try (TestSession session = open(as(tenant).flags("ui.*").at(tenant.view(whole, "ui.*"))).expectWelcome(true)) {
			session.expectSilence();
		}
	}

	@Test
	default void positionOfFilterIsThatOfKeyWithSamePatterns() {
		Tenant tenant = tenant();
		FlagPosition whole = tenant.set("ui.hero", "1");
		FlagPosition view = FlagFilter.of(List.of("ui.*")).view(whole);
		try (TestSession session = open(asClient(tenant).flags("ui.*").at(view)).expectWelcome(true)) {
			session.expectSilence();
		}
	}

	@Test
	default void hiddenChangeSendsNothingAtOnce() {
		Tenant tenant = tenant();
		try (TestSession session = openAndSync(asClient(tenant))) {
			tenant.set("checkout", "false");
			session.expectSilence();
			FlagPosition position = tenant.set("ui.theme", "\"light\"");
			assertThat(session.next("delta").number("version")).isEqualTo(position.version());
		}
	}

	@Test
	default void hiddenChangeMovesPositionInPlaceOfHeartbeat() {
		Tenant tenant = tenant();
		try (TestSession session = openAndSync(asClient(tenant).beating())) {
			FlagPosition position = tenant.set("checkout", "false");
			// The view moves somewhat after the flag set, which may be after a heartbeat
			server().fastForward(() -> {
				Message delta = session.next();
				while (delta.type().equals("heartbeat")) {
					delta = session.next();
				}
				assertThat(delta.type()).isEqualTo("delta");
				assertThat(delta.node().path("set").isEmpty()).isTrue();
				assertThat(delta.node().path("removed").isEmpty()).isTrue();
				assertThat(delta.position()).isEqualTo(tenant.view(position, "ui.*"));
			});
		}
	}

	@Test
	default void hiddenChangeInModeNotifySendsNothingAtOnce() {
		Tenant tenant = tenant();
		try (TestSession session = open(asClient(tenant).mode("notify")).expectWelcome(false)) {
			session.next("version");
			tenant.set("checkout", "0");
			session.expectSilence();
			FlagPosition position = tenant.set("ui.theme", "1");
			assertThat(session.next("version").position()).isEqualTo(tenant.view(position, "ui.*"));
		}
	}

	@Test
	default void heartbeatIsSentOnlyWhenIdle() {
		Tenant tenant = tenant();
		try (TestSession session = openAndSync(as(tenant).beating())) {
			FlagPosition position = tenant.set("checkout", "false");
			session.next("delta");
			session.expectSilence();
			server().advance(Duration.ofSeconds(6));
			assertThat(session.next("heartbeat").position()).isEqualTo(position);
		}
	}

	@Test
	default void modeSnapshotSendsWholeSetOnEachChange() {
		Tenant tenant = tenant();
		try (TestSession session = openAndSync(as(tenant).mode("snapshot"))) {
			FlagPosition position = tenant.set("limit", "7");
			Message snapshot = session.next("snapshot");
			assertThat(snapshot.position()).isEqualTo(position);
			assertThat(snapshot.flags().propertyNames()).contains("checkout", "ui.theme", "limit");
		}
	}

	@Test
	default void modeNotifySendsPositionOnly() {
		Tenant tenant = tenant();
		try (TestSession session = open(as(tenant).mode("notify")).expectWelcome(false)) {
			session.next("version");
			FlagPosition position = tenant.set("limit", "7");
			Message version = session.next("version");
			assertThat(version.position()).isEqualTo(position);
			assertThat(version.node().has("set")).isFalse();
		}
	}

	@Test
	default void keysAreIsolated() {
		Tenant tenant = tenant();
		Tenant other = tenant();
		try (TestSession session = openAndSync(as(tenant)); TestSession stranger = openAndSync(as(other))) {
			tenant.set("checkout", "\"secret\"");
			session.next("delta");
			stranger.expectSilence();
		}
	}

	@Test
	default void clientKeySeesOnlyItsPatterns() {
		Tenant tenant = tenant();
		try (TestSession session = open(asClient(tenant).flags("checkout", "ui.t*")).expectWelcome(false)) {
			assertThat(session.next("snapshot").flags().toString()).isEqualTo("{\"ui.theme\":\"dark\"}");
			tenant.set("checkout", "1", "ui.hero", "1");
			session.expectSilence();
		}
	}

	@Test
	default void patternsChangedAtRunTimeSendSnapshotUnderNewEpoch() {
		Tenant tenant = tenant();
		try (TestSession session = open(asClient(tenant)).expectWelcome(false)) {
			FlagPosition before = session.next("snapshot").position();
			tenant.show("check*");
			Message snapshot = session.next("snapshot");
			assertThat(snapshot.flags().toString()).isEqualTo("{\"checkout\":true}");
			assertThat(snapshot.position().epoch()).isNotEqualTo(before.epoch());
			tenant.set("ui.theme", "1");
			session.expectSilence();
			tenant.set("checkout", "1");
			session.next("delta");
		}
	}

	@Test
	default void revokedKeyEndsSession() {
		Tenant tenant = tenant();
		try (TestSession session = openAndSync(as(tenant)); TestSession other = openAndSync(asClient(tenant))) {
			tenant.revoke();
			session.expectEnd(CloseReason.UNAUTHORIZED);
			other.expectSilence();
		}
	}

	@Test
	default void unknownOrMissingKeyIsUnauthorized() {
		try (TestSession session = open(OpenOptions.key("sdk-nobody-knows-this"))) {
			session.expectEnd(CloseReason.UNAUTHORIZED);
		}
		try (TestSession session = open(OpenOptions.nobody().query("access_token", "sdk-nobody-knows-this"))) {
			session.expectEnd(CloseReason.UNAUTHORIZED);
		}
		try (TestSession session = open(OpenOptions.nobody().header("Authorization", "Bearer"))) {
			session.expectEnd(CloseReason.UNAUTHORIZED);
		}
	}

	@Test
	default void bareCredentialIsAccepted() {
		Tenant tenant = tenant();
		try (TestSession session = open(OpenOptions.nobody().header("Authorization", tenant.serverKey()))) {
			session.expectWelcome(false).next("snapshot");
		}
		try (TestSession session = open(OpenOptions.nobody().header("authorization", "bearer " + tenant.serverKey()))) {
			session.expectWelcome(false).next("snapshot");
		}
	}

	@Test
	default void clientKeyMayStandInUrl() {
		Tenant tenant = tenant();
		try (TestSession session = open(OpenOptions.nobody().query("access_token", tenant.clientKey()))) {
			session.expectWelcome(false).next("snapshot");
		}
	}

	@Test
	default void serverKeyInUrlIsRefused() {
		Tenant tenant = tenant();
		try (TestSession session = open(OpenOptions.nobody().query("access_token", tenant.serverKey()))) {
			session.expectEnd(CloseReason.SERVER_KEY_IN_URL);
		}
	}

	@Test
	default void severalCredentialsAreRefused() {
		Tenant tenant = tenant();
		try (TestSession session = open(as(tenant).query("access_token", tenant.clientKey()))) {
			session.expectEnd(CloseReason.SEVERAL_CREDENTIALS);
		}
		try (TestSession session = open(as(tenant).header("Authorization", tenant.clientKey()))) {
			session.expectEnd(CloseReason.SEVERAL_CREDENTIALS);
		}
	}

	@Test
	default void unreadableOptionsAreRefused() {
		Tenant tenant = tenant();
		Map<String, String> unreadable = new HashMap<>(
				Map.of("position", "42", "mode", "full", "heartbeat", "-1", "instance", "short"));
		unreadable.forEach((name, value) -> {
			try (TestSession session = open(as(tenant).query(name, value))) {
				session.expectEnd(CloseReason.BAD_REQUEST);
			}
		});
		for (String position : Set.of("k7:", ":1", "k7:9007199254740992", "k 7:1", "eighteen-character:1", "k7:1.5")) {
			try (TestSession session = open(as(tenant).query("position", position))) {
				session.expectEnd(CloseReason.BAD_REQUEST);
			}
		}
		try (TestSession session = open(as(tenant).query("heartbeat", "5s"))) {
			session.expectEnd(CloseReason.BAD_REQUEST);
		}
	}

	@Test
	default void optionsOutOfRangeAreCut() {
		Tenant tenant = tenant();
		Map<String, Long> cut = Map.of("0", 5_000L, "99999999999999999999999", 300_000L);
		cut.forEach((wished, heartbeat) -> {
			try (TestSession session = open(as(tenant).query("heartbeat", wished))) {
				session.expectWelcome(false).expectHeartbeatInterval(heartbeat);
				session.next("snapshot");
			}
		});
	}

	@Test
	default void clientKeyThatIsAheadIsTakenBackAlone() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("ui.theme", "1");
		FlagPosition view = tenant.view(position, "ui.*");
		try (TestSession session = open(asClient(tenant).at(view.at(position.version() + 1000)));
				TestSession other = openAndSync(asClient(tenant))) {
			session.expectWelcome(false).expectSilence();
			server().fastForward(() -> {
				Message snapshot = session.next("snapshot");
				assertThat(snapshot.flag("reset")).isTrue();
				assertThat(snapshot.position()).isEqualTo(view);
			});
			other.expectOnlyHeartbeats();
			tenant.set("ui.theme", "2");
			session.nextIgnoringHeartbeats("delta");
		}
	}

	@Test
	default void serverKeyThatIsAheadStartsNewEpoch() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("a", "1");
		try (TestSession session = open(as(tenant).at(position.at(position.version() + 1000)))) {
			session.expectWelcome(false).expectSilence();
			server().fastForward(() -> {
				Message snapshot = session.next("snapshot");
				assertThat(snapshot.flag("reset")).isFalse();
				assertThat(snapshot.position().epoch()).isNotEqualTo(position.epoch());
				assertThat(server().hub().position(tenant.flagSet())).isEqualTo(snapshot.position());
			});
			FlagPosition renewed = server().hub().position(tenant.flagSet());
			try (TestSession second = open(as(tenant).at(renewed.at(renewed.version() + 1000)))) {
				// At most one renewal a minute
				server().fastForward(() -> {
					Message snapshot = second.expectWelcome(false).next("snapshot");
					assertThat(snapshot.flag("reset")).isTrue();
					assertThat(snapshot.position()).isEqualTo(renewed);
				});
			}
		}
	}

	@Test
	default void positionThatWasOnlySeenEarlierElsewhereIsCaughtUpWith() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("a", "1");
		FlagPosition ahead = position.at(position.version() + 3);
		try (TestSession session = open(as(tenant).at(ahead)).expectWelcome(false)) {
			session.expectSilence();
			tenant.restore(ahead, "a", "4");
			tenant.await(ahead);
			session.expectSilence();
			FlagPosition next = tenant.set("a", "5");
			Message delta = session.next("delta");
			assertThat(delta.number("from")).isEqualTo(ahead.version());
			assertThat(delta.position()).isEqualTo(next);
		}
	}

	@Test
	default void newerSessionOfInstanceSupersedes() {
		Tenant tenant = tenant();
		OpenOptions options = as(tenant).query("instance", "an-instance-of-16-or-more");
		try (TestSession former = openAndSync(options)) {
			try (TestSession later = openAndSync(options)) {
				former.expectEnd(CloseReason.SUPERSEDED);
				tenant.set("a", "1");
				later.next("delta");
			}
		}
	}

	@Test
	default void instanceOfClientKeyIsIgnored() {
		Tenant tenant = tenant();
		OpenOptions options = asClient(tenant).query("instance", "an-instance-of-16-or-more");
		try (TestSession former = openAndSync(options); TestSession later = openAndSync(options)) {
			former.expectSilence();
			tenant.set("ui.theme", "1");
			former.next("delta");
			later.next("delta");
		}
	}

	private static String incompressible(int length) {
		return new Random(42).ints('a', 'z' + 1)
			.limit(length)
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString();
	}

	@Test
	default void clientThatDoesNotReadIsSentOneConflatedUpdate() {
		Tenant tenant = tenant();
		String large = "\"" + incompressible(300_000);
		try (TestSession session = openAndSync(as(tenant).smallBuffer())) {
			session.pause();
			tenant.set("first", "1");
			FlagPosition last = null;
			for (int i = 0; i < 60; i++) {
				last = tenant.set("large", large + i + "\"");
			}
			session.resume();
			int messages = 0;
			FlagPosition at;
			do {
				at = session.next().position();
				messages++;
			}
			while (!at.equals(last));
			assertThat(messages).isLessThan(50);
			session.expectSilence();
		}
	}

	@Test
	default void clientThatLeavesFreesItsSession() {
		Tenant tenant = tenant();
		TestSession session = openAndSync(as(tenant).beating());
		assertThat(server().handler().sessions()).anyMatch((info) -> info.flagSet().equals(tenant.flagSet()));
		session.close();
		// Some servers notice it only when they write the next heartbeats
		server().fastForward(() -> Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> server().handler()
				.sessions()
				.stream()
				.noneMatch((info) -> info.flagSet().equals(tenant.flagSet()))));
		Awaitility.await()
			.atMost(LoopbackServer.TIMEOUT)
			.until(() -> server().handler().connections() == server().handler().sessions().size());
	}

	@Test
	default void refusalOfInterceptorIsForbidden() {
		Tenant tenant = server().tenant("forbidden");
		tenant.set("a", "1");
		try (TestSession session = open(as(tenant))) {
			session.expectEnd(CloseReason.FORBIDDEN);
		}
	}

	@Test
	default void faultOfServerTellsNoDetail() {
		Tenant tenant = server().tenant("broken");
		tenant.set("a", "1");
		try (TestSession session = open(as(tenant))) {
			assertThat(session.expectEnd(CloseReason.INTERNAL).text()).doesNotContain("secret");
		}
	}

	@Test
	default void foreignOriginIsRefusedUnlessKeyAllowsIt() {
		Tenant tenant = tenant();
		OpenOptions foreign = as(tenant).header("Origin", "https://shop.example");
		try (TestSession session = open(foreign)) {
			session.expectEnd(CloseReason.ORIGIN);
		}
		String scheme = server().isTls() ? "https" : "http";
		try (TestSession session = open(as(tenant).header("Origin", scheme + "://localhost"))) {
			session.expectWelcome(false).next("snapshot");
		}
		tenant.allow(Set.of("https://shop.example"));
		try (TestSession session = open(foreign)) {
			session.expectWelcome(false).next("snapshot");
		}
		tenant.allow(Set.of("*"));
		try (TestSession session = open(foreign)) {
			session.expectWelcome(false).next("snapshot");
		}
	}

	@Test
	default void flagSetThatComesInTimeIsWaitedFor() {
		Tenant tenant = server().tenant();
		CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
			Awaitility.await()
				.atMost(LoopbackServer.TIMEOUT)
				.until(() -> server().hub().watched().contains(tenant.flagSet()));
			server().source().update(tenant.flagSet(), Map.of("a", FlagValue.TRUE), Set.of());
		});
		try (TestSession session = open(as(tenant))) {
			session.expectWelcome(false).next("snapshot");
		}
		assertThat(load).succeedsWithin(LoopbackServer.TIMEOUT);
	}

}
