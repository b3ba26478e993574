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

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.AccessGrant;
import io.realtimepush.protocol.SyncMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ClientCacheFile}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ClientCacheFileTests {

	private static final FlagSetId SHOP = FlagSetId.of("shop");

	private static final SubscriptionSettings SUBSCRIPTION = subscription("sdk-server-0123456789", List.of());

	private static final AccessGrant GRANT = new AccessGrant("t0k3n", 60_000, 25_000L, List.of("sse"),
			List.of("https://one/realtime"), "ipv6-first", 0.5);

	@TempDir
	private Path directory;

	@Test
	void flagSetIsThereAfterARestart() {
		FlagSnapshot snapshot = snapshot(42, "1.50");
		try (ClientCacheFile cache = open()) {
			assertThat(cache.load(SUBSCRIPTION)).isNull();
			cache.store(SUBSCRIPTION, snapshot(41, "1"));
			cache.store(SUBSCRIPTION, snapshot);
		}
		try (ClientCacheFile cache = open()) {
			assertThat(cache.load(SUBSCRIPTION)).isEqualTo(snapshot);
		}
	}

	@Test
	void otherKeysPatternsAndUsersHaveOthers() {
		SubscriptionSettings otherKey = subscription("sdk-other", List.of());
		SubscriptionSettings otherPatterns = subscription("sdk-server-0123456789", List.of("ui.*"));
		try (ClientCacheFile cache = open()) {
			cache.store(SUBSCRIPTION, snapshot(1, "1"));
			cache.store(otherKey, snapshot(2, "2"));
			cache.store(SUBSCRIPTION.with(ClientUser.of("u-1")), snapshot(3, "3"));
		}
		try (ClientCacheFile cache = open()) {
			assertThat(cache.load(SUBSCRIPTION)).isEqualTo(snapshot(1, "1"));
			assertThat(cache.load(otherKey)).isEqualTo(snapshot(2, "2"));
			assertThat(cache.load(otherPatterns)).isNull();
			assertThat(cache.load(SUBSCRIPTION.with(ClientUser.of("u-1")))).isEqualTo(snapshot(3, "3"));
			assertThat(cache.load(SUBSCRIPTION.with(ClientUser.of("u-2")))).isNull();
		}
	}

	@Test
	void lastUsersAreKept() {
		try (ClientCacheFile cache = open()) {
			for (int i = 0; i < 10; i++) {
				cache.store(SUBSCRIPTION.with(ClientUser.of("u-" + i)), snapshot(i, "1"));
			}
			cache.store(SUBSCRIPTION.with(ClientUser.of("u-2")), snapshot(2, "1"));
			cache.store(SUBSCRIPTION.with(ClientUser.of("u-10")), snapshot(10, "1"));
		}
		try (ClientCacheFile cache = open()) {
			assertThat(IntStream.rangeClosed(0, 10)
				.filter((i) -> cache.load(SUBSCRIPTION.with(ClientUser.of("u-" + i))) != null))
				.containsExactly(2, 4, 5, 6, 7, 8, 9, 10);
		}
	}

	@Test
	void flagSetsOfFormerKeysAndPatternsGo() {
		SubscriptionSettings otherPatterns = subscription("sdk-server-0123456789", List.of("ui.*"));
		try (ClientCacheFile cache = open()) {
			cache.store(subscription("sdk-former", List.of()), snapshot(1, "1"));
			cache.store(otherPatterns, snapshot(2, "2"));
		}
		try (ClientCacheFile cache = open()) {
			assertThat(cache.load(otherPatterns)).isNotNull();
			cache.store(SUBSCRIPTION, snapshot(3, "3"));
		}
		try (ClientCacheFile cache = open()) {
			assertThat(cache.load(subscription("sdk-former", List.of()))).isNull();
			assertThat(cache.load(otherPatterns)).isEqualTo(snapshot(2, "2"));
			assertThat(cache.load(SUBSCRIPTION)).isEqualTo(snapshot(3, "3"));
		}
	}

	@Test
	void tokenIsThereAfterARestartIfWanted() {
		TokenStore.Stored token = new TokenStore.Stored(GRANT, Instant.parse("2030-01-01T00:00:00Z"));
		try (ClientCacheFile cache = open()) {
			cache.store("sdk-1", token);
		}
		try (ClientCacheFile cache = open()) {
			assertThat(cache.load("sdk-1")).isEqualTo(token);
			assertThat(cache.load("sdk-2")).isNull();
			cache.store("sdk-1", null);
			assertThat(cache.load("sdk-1")).isNull();
		}
		Path other = this.directory.resolve("other");
		try (ClientCacheFile cache = new ClientCacheFile(other, false, Schedulers.boundedElastic())) {
			cache.store("sdk-1", token);
			assertThat(cache.load("sdk-1")).isNull();
		}
		assertThat(other).doesNotExist();
	}

	@Test
	void tokenGoesWhenItIsNotWantedAnyMore() throws IOException {
		try (ClientCacheFile cache = open()) {
			cache.store(SUBSCRIPTION, snapshot(1, "1"));
			cache.store("sdk-1", new TokenStore.Stored(GRANT, Instant.parse("2030-01-01T00:00:00Z")));
		}
		assertThat(Files.readString(file())).contains(GRANT.token());
		try (ClientCacheFile cache = new ClientCacheFile(file(), false, Schedulers.boundedElastic())) {
			assertThat(cache.load(SUBSCRIPTION)).isEqualTo(snapshot(1, "1"));
		}
		assertThat(Files.readString(file())).doesNotContain(GRANT.token());
		try (ClientCacheFile cache = open()) {
			assertThat(cache.load(SUBSCRIPTION)).isEqualTo(snapshot(1, "1"));
			assertThat(cache.load("sdk-1")).isNull();
		}
	}

	@Test
	void onlyTheOwnerMayReadIt() throws IOException {
		try (ClientCacheFile cache = open()) {
			cache.store(SUBSCRIPTION, snapshot(1, "1"));
		}
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");
		assertThat(Files.readString(file())).doesNotContain("sdk-server-0123456789");
		try (Stream<Path> files = Files.list(file().getParent())) {
			assertThat(files).containsExactly(file());
		}
	}

	@Test
	void damagedFileCountsAsNoneAndIsWarnedOf(CapturedOutput output) throws IOException {
		try (ClientCacheFile cache = open()) {
			cache.store(SUBSCRIPTION, snapshot(1, "\"größe 😀\""));
		}
		byte[] whole = Files.readAllBytes(file());
		Random random = new Random(7);
		for (int i = 0; i < 100; i++) {
			byte[] damaged = Arrays.copyOf(whole, (i % 2 == 0) ? whole.length : random.nextInt(whole.length));
			if (damaged.length == whole.length) {
				damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
			}
			Files.write(file(), damaged);
			try (ClientCacheFile cache = open()) {
				assertThat(cache.load(SUBSCRIPTION)).isNull();
			}
		}
		assertThat(output.toString().split("is damaged and not used", -1)).hasSize(101);
	}

	@Test
	void fileThatWasWrittenByAnotherVersionIsNotUsed(CapturedOutput output) throws IOException {
		Files.createDirectories(file().getParent());
		Files.writeString(file(), "realtime-push-cache 2 whatever\n");
		try (ClientCacheFile cache = open()) {
			assertThat(cache.load(SUBSCRIPTION)).isNull();
			cache.store(SUBSCRIPTION, snapshot(1, "1"));
		}
		assertThat(output).contains("does not begin with 'realtime-push-cache 1'");
		try (ClientCacheFile cache = open()) {
			assertThat(cache.load(SUBSCRIPTION)).isEqualTo(snapshot(1, "1"));
		}
	}

	@Test
	void fileThatCannotBeWrittenIsWarnedOfOnce(CapturedOutput output) throws IOException {
		Path blocked = this.directory.resolve("blocked");
		Files.writeString(blocked, "", StandardCharsets.UTF_8);
		try (ClientCacheFile cache = new ClientCacheFile(blocked.resolve("cache"), true, Schedulers.boundedElastic())) {
			for (int i = 0; i < 5; i++) {
				cache.store(SUBSCRIPTION, snapshot(i, "1"));
			}
		}
		assertThat(output.toString().split("cannot be written", -1)).hasSize(2);
	}

	@Test
	void readerSeesTheOldFileOrTheNewOne() throws IOException {
		try (ClientCacheFile cache = open()) {
			cache.store(SUBSCRIPTION, snapshot(0, "0"));
		}
		try (ClientCacheFile cache = open()) {
			for (int i = 1; i < 200; i++) {
				cache.store(SUBSCRIPTION, snapshot(i, "\"" + "x".repeat(10_000) + "\""));
				try (ClientCacheFile reader = open()) {
					assertThat(reader.load(SUBSCRIPTION)).isNotNull();
				}
			}
		}
	}

	private Path file() {
		return this.directory.resolve("deep").resolve("cache");
	}

	private ClientCacheFile open() {
		return new ClientCacheFile(file(), true, Schedulers.boundedElastic());
	}

	private static SubscriptionSettings subscription(String key, List<String> patterns) {
		return new SubscriptionSettings(SHOP, key, SyncMode.DELTA, patterns, null);
	}

	private static FlagSnapshot snapshot(long version, String json) {
		return new FlagSnapshot(SHOP, new FlagPosition("k7", version),
				FlagSet.of(Map.of("a", FlagValue.ofJson(json), "b", FlagValue.NULL)));
	}

}
