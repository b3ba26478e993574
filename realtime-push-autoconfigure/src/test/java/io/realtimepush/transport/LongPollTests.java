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

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.transport.LoopbackServer.Tenant;
import io.realtimepush.transport.RawConnection.Answer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what only long-polls have.
 */
class LongPollTests extends LoopbackSupport {

	LongPollTests() {
		super(false);
	}

	private Answer poll(OpenOptions options) {
		return HttpClient.get(server(), "/realtime/poll", options);
	}

	private Tenant tenant() {
		Tenant tenant = server().tenant();
		tenant.set("checkout", "true", "ui.theme", "1");
		tenant.watch();
		return tenant;
	}

	@Test
	void pollWithoutPositionIsAnsweredWithSnapshotAtOnce() {
		Answer answer = poll(OpenOptions.key(tenant().serverKey()));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.message().type()).isEqualTo("snapshot");
		assertThat(answer.headers()).containsEntry("Content-Type", "application/json")
			.containsEntry("Cache-Control", "no-store")
			.containsKey("Realtime-Push-Session");
	}

	@Test
	void pollIsAnsweredWithHeartbeatWhenWaitIsOver() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("a", "1");
		for (String wait : new String[] { "0", "300" }) {
			Message heartbeat = poll(OpenOptions.key(tenant.serverKey()).at(position).query("wait", wait)).message();
			assertThat(heartbeat.type()).isEqualTo("heartbeat");
			assertThat(heartbeat.position()).isEqualTo(position);
		}
	}

	@Test
	void hiddenChangeIsToldWhenWaitIsOver() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("a", "1");
		FlagPosition later = tenant.set("a", "2");
		OpenOptions options = OpenOptions.key(tenant.clientKey()).at(tenant.view(position, "ui.*"));
		Message delta = poll(options.query("wait", "300")).message();
		assertThat(delta.type()).isEqualTo("delta");
		assertThat(delta.position()).isEqualTo(tenant.view(later, "ui.*"));
		assertThat(delta.node().path("set").isEmpty()).isTrue();
		assertThat(poll(options.query("wait", "300").mode("notify")).message().type()).isEqualTo("version");
	}

	@Test
	void hiddenChangesEndNoPollHoweverMany() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("a", "1");
		try (LongPollSession session = LongPollSession.open(server(),
				OpenOptions.key(tenant.clientKey()).at(tenant.view(position, "ui.*")))) {
			session.expectSilence();
			for (int i = 0; i < 7; i++) {
				tenant.set("a", "1" + i);
			}
			session.expectSilence();
			tenant.set("ui.theme", "2");
			assertThat(session.next("delta").number("from")).isEqualTo(position.version());
		}
	}

	@Test
	void waitThatCannotBeReadIsBadRequest() {
		OpenOptions options = OpenOptions.key(tenant().serverKey());
		for (String wait : new String[] { "-1", "1.5", "soon", "" }) {
			Answer answer = poll(options.query("wait", wait));
			assertThat(answer.status()).isEqualTo(400);
			assertThat(answer.headers()).containsEntry("Content-Type", "application/problem+json");
			assertThat(answer.message().text("code")).isEqualTo("bad_request");
		}
		assertThat(poll(options.query("wait", "99999999999999999999")).status()).isEqualTo(200);
	}

	@Test
	void sessionStaysOverPolls() {
		Tenant tenant = tenant();
		OpenOptions options = OpenOptions.key(tenant.serverKey()).query("wait", "0");
		String session = poll(options).headers().get("Realtime-Push-Session");
		FlagPosition position = tenant.set("a", "1");
		Answer second = poll(options.at(position).header("Realtime-Push-Session", session));
		assertThat(second.headers()).containsEntry("Realtime-Push-Session", session);
		Answer stranger = poll(
				OpenOptions.key(tenant().serverKey()).query("wait", "0").header("Realtime-Push-Session", session));
		assertThat(stranger.headers().get("Realtime-Push-Session")).isNotEqualTo(session);
		Answer unknown = poll(options.header("Realtime-Push-Session", "nobody"));
		assertThat(unknown.message().type()).isEqualTo("snapshot");
		assertThat(server().handler().sessions()).filteredOn((info) -> info.flagSet().equals(tenant.flagSet()))
			.hasSize(2);
	}

	@Test
	void sessionThatIsSupersededBetweenPollsIsToldByTheNextPoll() {
		Tenant tenant = tenant();
		OpenOptions options = OpenOptions.key(tenant.serverKey())
			.query("wait", "0")
			.query("instance", "an-instance-of-16-or-more");
		String former = poll(options).headers().get("Realtime-Push-Session");
		String later = poll(options).headers().get("Realtime-Push-Session");
		Answer stranger = poll(
				OpenOptions.key(tenant().serverKey()).query("wait", "0").header("Realtime-Push-Session", former));
		assertThat(stranger.status()).isEqualTo(200);
		Answer told = poll(options.header("Realtime-Push-Session", former));
		assertThat(told.status()).isEqualTo(CloseReason.SUPERSEDED.httpStatus());
		assertThat(told.message().text("code")).isEqualTo("superseded");
		assertThat(poll(options.header("Realtime-Push-Session", later)).headers())
			.containsEntry("Realtime-Push-Session", later);
	}

	@Test
	void shortPollsOfClientThatIsAheadAreDecidedToo() {
		Tenant tenant = tenant();
		FlagPosition view = tenant.view(tenant.set("ui.theme", "2"), "ui.*");
		OpenOptions options = OpenOptions.key(tenant.clientKey()).at(view.at(view.version() + 9)).query("wait", "0");
		String session = poll(options).headers().get("Realtime-Push-Session");
		// The source has to have been asked since, or it goes on being waited for
		long asOf = server().hub().questions();
		server().hub().look(tenant.flagSet());
		Awaitility.await()
			.atMost(LoopbackServer.TIMEOUT)
			.until(() -> server().hub().isConfirmed(tenant.flagSet(), asOf));
		server().advance(LoopbackServer.AHEAD_TIMEOUT_IS_OVER);
		Message snapshot = poll(options.header("Realtime-Push-Session", session)).message();
		assertThat(snapshot.type()).isEqualTo("snapshot");
		assertThat(snapshot.flag("reset")).isTrue();
	}

	@Test
	void largeAnswerIsCompressedForThoseWhoAccept() {
		Tenant tenant = tenant();
		tenant.set("large", "\"" + "x".repeat(5000) + "\"");
		OpenOptions options = OpenOptions.key(tenant.serverKey());
		assertThat(poll(options).headers()).doesNotContainKey("Content-Encoding");
		Answer answer = poll(options.header("Accept-Encoding", "br, gzip;q=0.5"));
		assertThat(answer.headers()).containsEntry("Content-Encoding", "gzip");
		assertThat(TestGzip.unzip(answer.body())).contains("xxxxx");
		assertThat(poll(options.header("Accept-Encoding", "gzip;q=0")).headers()).doesNotContainKey("Content-Encoding");
		assertThat(poll(options.header("Accept-Encoding", "gzip, zstd")).headers()).containsEntry("Content-Encoding",
				"zstd");
	}

}
