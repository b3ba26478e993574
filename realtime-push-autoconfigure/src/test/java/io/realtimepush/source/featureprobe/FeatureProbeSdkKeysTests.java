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

package io.realtimepush.source.featureprobe;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.session.SdkKeyDetails;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link FeatureProbeSdkKeys}.
 */
class FeatureProbeSdkKeysTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final FlagSetId SHOP = FlagSetId.of("shop");

	private static final SdkKeyDetails SHOP_KEY = serverKey("srv-shop");

	private final TestBackEnd backEnd = TestBackEnd.start();

	private @Nullable FeatureProbeSdkKeys keys;

	@AfterEach
	void stop() {
		if (this.keys != null) {
			this.keys.stop();
		}
		this.backEnd.close();
	}

	private static SdkKeyDetails serverKey(String key) {
		return new SdkKeyDetails(SdkKey.server(key), SHOP, FlagFilter.all(), Set.of());
	}

	private FeatureProbeFlagSource start(@Nullable String secretsPath) {
		return start(secretsPath, List.of(SHOP_KEY));
	}

	private FeatureProbeFlagSource start(@Nullable String secretsPath, List<SdkKeyDetails> configured) {
		FeatureProbeBackEnd client = this.backEnd.client(secretsPath, 100_000);
		return start(client, new FeatureProbeFlagSource(client), configured);
	}

	private FeatureProbeFlagSource start(FeatureProbeBackEnd client, FeatureProbeFlagSource source,
			List<SdkKeyDetails> configured) {
		this.keys = new FeatureProbeSdkKeys(client, source, configured);
		this.keys.start(Duration.ofMillis(20), Schedulers.parallel());
		return source;
	}

	private @Nullable SdkKeyDetails find(String key) {
		return this.keys.find(SdkKey.sha256(key)).block(TIMEOUT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/internal/server/sdk_keys", "/internal/all_secrets" })
	void clientKeyOfAConfiguredEnvironmentIsLearnt(String path) {
		this.backEnd.pair("cli-shop", "srv-shop");
		start(path);
		SdkKeyDetails details = find("cli-shop");
		assertThat(details.key().kind()).isEqualTo(SdkKey.Kind.CLIENT);
		assertThat(details.flagSet()).isEqualTo(SHOP);
		assertThat(find("srv-shop").key().kind()).isEqualTo(SdkKey.Kind.SERVER);
		assertThat(find("nobody")).isNull();
	}

	@Test
	void environmentThatOnlyTheBackEndKnowsIsServed() {
		this.backEnd.pair("cli-blog", "srv-blog");
		this.backEnd.environment("srv-blog").toggle("comments", FlagValue.TRUE);
		FeatureProbeFlagSource source = start("/internal/server/sdk_keys", List.of());
		FlagSetId flagSet = find("srv-blog").flagSet();
		assertThat(flagSet.name()).matches("featureprobe/[0-9a-f]{12}");
		assertThat(find("cli-blog").flagSet()).isEqualTo(flagSet);
		assertThat(source.fetch(flagSet).block(TIMEOUT).flags().asMap()).containsOnlyKeys("comments");
	}

	@Test
	void environmentThatOnlyTheBackEndKnowsMayHaveAConfiguredKey() {
		this.backEnd.pair("cli-shop", "srv-shop");
		this.backEnd.environment("srv-shop").toggle("checkout", FlagValue.TRUE);
		FeatureProbeFlagSource source = start("/internal/server/sdk_keys");
		assertThat(find("cli-shop").flagSet()).isEqualTo(SHOP);
		assertThat(source.fetch(SHOP).block(TIMEOUT).flags().asMap()).containsOnlyKeys("checkout");
		this.backEnd.unpair("cli-shop");
		Awaitility.await().atMost(TIMEOUT).until(() -> source.flagSets().isEmpty());
		assertThat(find("srv-shop")).isNotNull();
	}

	@Test
	void configuredEnvironmentKeepsItsServerKey() {
		this.backEnd.pair("cli-2", "srv-2");
		this.backEnd.environment("srv-shop").toggle("checkout", FlagValue.TRUE);
		FeatureProbeBackEnd client = this.backEnd.client("/internal/server/sdk_keys", 100_000);
		FeatureProbeFlagSource source = new FeatureProbeFlagSource(client);
		source.put(SHOP, "srv-shop");
		// Another key to the same flag set
		start(client, source, List.of(SHOP_KEY, serverKey("srv-2")));
		assertThat(find("cli-2").flagSet()).isEqualTo(SHOP);
		assertThat(source.fetch(SHOP).block(TIMEOUT).flags().asMap()).containsOnlyKeys("checkout");
		this.backEnd.unpair("cli-2");
		Awaitility.await().atMost(TIMEOUT).until(() -> find("cli-2") == null);
		assertThat(source.flagSets()).containsExactly(SHOP);
	}

	@Test
	void keysFollowTheBackEnd() {
		this.backEnd.pair("cli-1", "srv-shop");
		start("/internal/server/sdk_keys");
		assertThat(find("cli-1")).isNotNull();
		StepVerifier changes = StepVerifier.create(this.keys.changes().take(2).collectList())
			.assertNext((changed) -> assertThat(changed).containsExactlyInAnyOrder(SdkKey.client("cli-1"),
					SdkKey.client("cli-2")))
			.expectComplete()
			.verifyLater();
		this.backEnd.unpair("cli-1");
		this.backEnd.pair("cli-2", "srv-shop");
		changes.verify(TIMEOUT);
		assertThat(find("cli-1")).isNull();
		assertThat(find("cli-2")).isNotNull();
		assertThat(find("srv-shop")).isNotNull();
	}

	@Test
	void keyThatIsNoneDoesNotHideTheOthers() {
		this.backEnd.pair("c".repeat(300), "srv-blog");
		this.backEnd.pair("cli-shop", "srv-shop");
		start("/internal/server/sdk_keys");
		assertThat(find("cli-shop")).isNotNull();
		assertThat(find("srv-blog")).isNull();
	}

	@Test
	void unknownKeyWaitsForTheFirstAnswer() {
		this.backEnd.fail(503);
		this.backEnd.pair("cli-shop", "srv-shop");
		start("/internal/server/sdk_keys");
		StepVerifier later = StepVerifier.create(this.keys.find(SdkKey.sha256("cli-shop")))
			.assertNext((details) -> assertThat(details.flagSet()).isEqualTo(SHOP))
			.expectComplete()
			.verifyLater();
		assertThat(find("srv-shop")).as("a key of the configuration").isNotNull();
		this.backEnd.fail(200);
		later.verify(TIMEOUT);
	}

	@Test
	void keysAreServedOnWhileTheBackEndFails() {
		this.backEnd.pair("cli-shop", "srv-shop");
		start("/internal/server/sdk_keys");
		assertThat(find("cli-shop")).isNotNull();
		this.backEnd.fail(500);
		this.backEnd.pair("cli-new", "srv-shop");
		assertThat(find("cli-shop")).isNotNull();
		assertThat(find("cli-new")).isNull();
		this.backEnd.fail(200);
		Awaitility.await().atMost(TIMEOUT).until(() -> find("cli-new") != null);
	}

	@Test
	void withoutAnAddressOnlyConfiguredKeysAreKnown() {
		start(null);
		assertThat(find("srv-shop")).isNotNull();
		assertThat(find("cli-shop")).isNull();
		assertThat(this.keys.known()).hasSize(1);
	}

	@Test
	void mappingIsReadLeniently() {
		assertThat(SecretMapping.read("{\"c\":\"s\",\"x\":7,\"\":\"s\"}".getBytes()).serverKeys()).hasSize(1);
		assertThat(SecretMapping.read("{\"mapping\":{},\"version\":3}".getBytes()).version()).isEqualTo(3);
		assertThatIllegalArgumentException().isThrownBy(() -> SecretMapping.read("[]".getBytes()));
		assertThatIllegalArgumentException().isThrownBy(() -> SecretMapping.read("x".getBytes()));
		assertThat(SecretMapping.read("{\"secret\":\"secret\"}".getBytes()).toString()).doesNotContain("secret\"");
	}

}
