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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import com.github.luben.zstd.Zstd;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.transport.LoopbackServer.Tenant;
import io.realtimepush.transport.RawConnection.Answer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for pulls, acknowledgements, origins and problem details.
 */
class HttpEndpointTests extends LoopbackSupport {

	private static final String EXPOSED = "ETag, Retry-After, Realtime-Push-Session";

	HttpEndpointTests() {
		super(false);
	}

	private Answer pull(OpenOptions options) {
		return HttpClient.get(server(), "/realtime/flags", options);
	}

	private Answer ack(Tenant tenant, String body) {
		return HttpClient.send(server(), "POST /realtime/ack", OpenOptions.key(tenant.serverKey()), body);
	}

	private Tenant tenant() {
		Tenant tenant = server().tenant();
		tenant.set("checkout", "true", "ui.theme", "1");
		tenant.watch();
		return tenant;
	}

	private static void assertProblem(Answer answer, int status, String code) {
		assertThat(answer.status()).isEqualTo(status);
		assertThat(answer.headers()).containsEntry("Content-Type", "application/problem+json");
		assertThat(answer.message().text("code")).isEqualTo(code);
		assertThat(answer.message().number("status")).isEqualTo(status);
	}

	@Test
	void pullAnswersSnapshot() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("a", "1");
		Answer answer = pull(OpenOptions.key(tenant.serverKey()));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.message().type()).isEqualTo("snapshot");
		assertThat(answer.headers()).containsEntry("ETag", "\"" + position + "\"")
			.containsEntry("Cache-Control", "private, no-cache");
		assertThat(answer.headers().get("Vary").split(",\\s*")).containsExactlyInAnyOrder("Authorization", "Origin",
				"Accept-Encoding");
		Answer same = pull(OpenOptions.key(tenant.serverKey()).header("If-None-Match", "\"" + position + "\""));
		assertThat(same.status()).isEqualTo(304);
		assertThat(same.headers()).containsEntry("ETag", "\"" + position + "\"");
		assertThat(pull(OpenOptions.key(tenant.serverKey()).header("If-None-Match", "\"k7:1\"")).status())
			.isEqualTo(200);
	}

	@Test
	void pullWithPositionMayAnswerDelta() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("a", "1");
		tenant.set("a", "2");
		Message delta = pull(OpenOptions.key(tenant.serverKey()).at(position)).message();
		assertThat(delta.type()).isEqualTo("delta");
		assertThat(delta.number("from")).isEqualTo(position.version());
	}

	@Test
	void pullWaitsForMinimum() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("a", "1");
		OpenOptions options = OpenOptions.key(tenant.serverKey())
			.query("min", position.at(position.version() + 1).toString());
		int before = server().exchanges().begun().size();
		CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(() -> pull(options));
		Awaitility.await().atMost(LoopbackServer.TIMEOUT).until(() -> server().exchanges().begun().size() > before);
		assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS));
		tenant.set("a", "2");
		assertThat(answer).succeedsWithin(LoopbackServer.TIMEOUT)
			.satisfies((each) -> assertThat(each.message().number("version")).isEqualTo(position.version() + 1));
	}

	@Test
	void minimumThatIsNotReachedIsNotReady() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("a", "1");
		OpenOptions options = OpenOptions.key(tenant.serverKey())
			.query("min", position.at(position.version() + 1).toString());
		server().fastForward(() -> {
			Answer answer = pull(options);
			assertProblem(answer, 503, "not_ready");
			assertThat(answer.headers()).containsKey("Retry-After");
		});
	}

	@Test
	void clientThatIsAheadIsTakenBackWhenTheSourceConfirms() {
		Tenant tenant = tenant();
		tenant.set("ui.a", "1");
		FlagPosition present = FlagPosition
			.parse(pull(OpenOptions.key(tenant.clientKey())).headers().get("ETag").replace("\"", ""));
		OpenOptions ahead = OpenOptions.key(tenant.clientKey()).at(present.at(present.version() + 9));
		server().fastForward(() -> {
			// The time-out may come before the source has been asked
			Answer answer = Stream.generate(() -> pull(ahead))
				.limit(100)
				.dropWhile((each) -> each.status() == 503)
				.findFirst()
				.orElseThrow();
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.message().text("type")).isEqualTo("snapshot");
			assertThat(answer.message().number("version")).isEqualTo(present.version());
			assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("\"reset\":true");
		});
	}

	@Test
	void clientThatIsAheadIsNotTakenBackUndecided() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("a", "1");
		OpenOptions ahead = OpenOptions.key(tenant.serverKey())
			.at(position.at(position.version() + 9))
			.query("min", "other:1");
		assertThat(new String(pull(ahead).body(), StandardCharsets.UTF_8)).contains("\"snapshot\"")
			.doesNotContain("reset");
	}

	@Test
	void minimumOfAnotherEpochIsAnsweredAtOnce() {
		Tenant tenant = tenant();
		assertThat(pull(OpenOptions.key(tenant.serverKey()).query("min", "other:99")).status()).isEqualTo(200);
		assertProblem(pull(OpenOptions.key(tenant.serverKey()).query("min", "99")), 400, "bad_request");
	}

	@Test
	void pullIsCompressedForThoseWhoAccept() {
		Tenant tenant = tenant();
		tenant.set("large", "\"" + "x".repeat(5000) + "\"");
		Answer answer = pull(OpenOptions.key(tenant.serverKey()).header("Accept-Encoding", "gzip"));
		assertThat(answer.headers()).containsEntry("Content-Encoding", "gzip");
		assertThat(TestGzip.unzip(answer.body())).contains("xxxxx");
	}

	@Test
	void pullIsCompressedAsTheClientPrefers() {
		Tenant tenant = tenant();
		tenant.set("large", "\"" + "x".repeat(5000) + "\"");
		OpenOptions options = OpenOptions.key(tenant.serverKey());
		Answer zstd = pull(options.header("Accept-Encoding", "gzip, deflate, br, zstd"));
		assertThat(zstd.headers()).containsEntry("Content-Encoding", "zstd");
		assertThat(new String(Zstd.decompress(zstd.body(), 10_000), StandardCharsets.UTF_8)).contains("xxxxx");
		assertThat(pull(options.header("Accept-Encoding", "gzip, zstd;q=0.9")).headers())
			.containsEntry("Content-Encoding", "gzip");
		assertThat(pull(options.header("Accept-Encoding", "gzip;q=0.5, identity")).headers())
			.doesNotContainKey("Content-Encoding");
	}

	@Test
	void smallPullIsNotCompressed() {
		assertThat(pull(OpenOptions.key(tenant().serverKey()).header("Accept-Encoding", "gzip, zstd")).headers())
			.doesNotContainKey("Content-Encoding");
	}

	@Test
	void flagSetThatDoesNotLoadIsNotReady() {
		Tenant tenant = server().tenant();
		server().fastForward(() -> {
			Answer pull = pull(OpenOptions.key(tenant.serverKey()));
			assertProblem(pull, 503, "not_ready");
			assertThat(pull.headers()).containsKey("Retry-After");
			assertProblem(HttpClient.get(server(), "/realtime/poll", OpenOptions.key(tenant.serverKey())), 503,
					"not_ready");
			try (SseSession session = SseSession.open(server(), OpenOptions.key(tenant.serverKey()))) {
				assertThat(session.head().status()).isEqualTo(200);
				assertThat(session.next("goaway").text("reason")).isEqualTo("not_ready");
				assertThat(session.retry()).isNotNull();
			}
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"session\":\"unknown\"", "\"instance\":\"0123456789abcdef\"" })
	void ackIsAccepted(String who) {
		Answer answer = ack(tenant(), "{" + who + ",\"epoch\":\"e\",\"version\":42,\"status\":\"applied\"}");
		assertThat(answer.status()).isEqualTo(202);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "[]", "{", "{\"session\":\"s\"}", "{\"epoch\":\"e\",\"version\":42,\"status\":\"applied\"}",
					"{\"session\":\"s\",\"epoch\":\"e\",\"version\":\"42\",\"status\":\"applied\"}",
					"{\"instance\":\"short\",\"epoch\":\"e\",\"version\":42,\"status\":\"applied\"}",
					"{\"session\":\"s\",\"epoch\":\"e\",\"version\":42,\"status\":\"done\"}" })
	void ackThatIsNotUnderstoodIsBadRequest(String body) {
		assertProblem(ack(tenant(), body), 400, "bad_request");
	}

	@Test
	void ackWithoutKeyIsUnauthorizedAndLargeOneIsRefused() {
		assertProblem(HttpClient.send(server(), "POST /realtime/ack", OpenOptions.nobody(), "{}"), 401, "unauthorized");
		assertProblem(ack(tenant(), "{\"session\":\"" + "x".repeat(66_000) + "\"}"), 413, "too_large");
	}

	@Test
	void unknownEndpointsAndMethodsAreProblems() {
		assertProblem(HttpClient.get(server(), "/realtime/dance", OpenOptions.nobody()), 404, "not_found");
		Answer answer = HttpClient.send(server(), "POST /realtime/sse", OpenOptions.nobody(), "");
		assertProblem(answer, 405, "method_not_allowed");
		assertThat(answer.headers()).containsEntry("Allow", "GET");
		assertProblem(HttpClient.get(server(), "/realtime/ws", OpenOptions.key(tenant().serverKey())), 400,
				"bad_request");
	}

	@Test
	void preflightIsAllowedIfAnyKeyAllowsTheOrigin() {
		Tenant tenant = tenant();
		tenant.allow(Set.of("https://app.example"));
		OpenOptions options = OpenOptions.nobody()
			.header("Access-Control-Request-Method", "GET")
			.header("Access-Control-Request-Headers", "authorization");
		Answer allowed = HttpClient.send(server(), "OPTIONS /realtime/poll",
				options.header("Origin", "https://app.example"), null);
		assertThat(allowed.status()).isEqualTo(204);
		assertThat(allowed.headers()).containsEntry("Access-Control-Allow-Origin", "https://app.example");
		assertThat(allowed.headers().get("Access-Control-Allow-Headers").split(",\\s*")).containsExactlyInAnyOrder(
				"Authorization", "Content-Type", "If-None-Match", "Last-Event-ID", "Realtime-Push-Session");
		Answer refused = HttpClient.send(server(), "OPTIONS /realtime/poll",
				options.header("Origin", "https://evil.example"), null);
		assertProblem(refused, 403, "origin");
		assertThat(refused.headers()).doesNotContainKey("Access-Control-Allow-Origin");
	}

	@Test
	void requestIsAllowedByItsOwnKeyOnly() {
		Tenant tenant = tenant();
		Tenant other = tenant();
		tenant.allow(Set.of("https://two.example"));
		Answer allowed = pull(OpenOptions.key(tenant.serverKey()).header("Origin", "https://two.example"));
		assertThat(allowed.status()).isEqualTo(200);
		assertThat(allowed.headers()).containsEntry("Access-Control-Allow-Origin", "https://two.example")
			.containsEntry("Access-Control-Expose-Headers", EXPOSED);
		assertProblem(pull(OpenOptions.key(other.serverKey()).header("Origin", "https://two.example")), 403, "origin");
		assertThat(pull(OpenOptions.key(tenant.serverKey())).headers())
			.doesNotContainKey("Access-Control-Allow-Origin");
	}

	@Test
	void errorsNeverRepeatKey() {
		String key = "sdk-secret-that-nobody-knows";
		assertThat(new String(pull(OpenOptions.key(key)).body())).doesNotContain(key, "sdk-");
		Tenant tenant = tenant();
		Answer answer = pull(OpenOptions.nobody().query("access_token", tenant.serverKey()));
		assertProblem(answer, 400, "server_key_in_url");
		assertThat(new String(answer.body())).doesNotContain("sdk-");
	}

}
