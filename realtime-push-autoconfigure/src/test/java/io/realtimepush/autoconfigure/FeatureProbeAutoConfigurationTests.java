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

package io.realtimepush.autoconfigure;

import java.util.Collection;
import java.util.stream.Stream;

import io.realtimepush.featureprobe.DocumentVersions;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.session.SdkKeyDetails;
import io.realtimepush.session.SdkKeyRegistry;
import io.realtimepush.source.featureprobe.FeatureProbeFlagSource;
import io.realtimepush.source.featureprobe.FeatureProbeSdkKeys;
import io.realtimepush.source.memory.InMemoryFlagSource;
import io.realtimepush.transport.featureprobe.FeatureProbeHandlerMapping;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What there is for SDKs and back ends of FeatureProbe.
 */
class FeatureProbeAutoConfigurationTests {

	private static final AutoConfigurations FEATURE_PROBE = AutoConfigurations
		.of(FeatureProbeFlagSourceAutoConfiguration.class, FeatureProbeAutoConfiguration.class);

	private final ReactiveWebApplicationContextRunner empty = new ReactiveWebApplicationContextRunner()
		.withConfiguration(PushServerAutoConfigurationTests.ALL)
		.withConfiguration(FEATURE_PROBE);

	private final ReactiveWebApplicationContextRunner server = this.empty
		.withBean("source", FlagSource.class, InMemoryFlagSource::new)
		.withPropertyValues("realtime-push.server.sdk-keys[0].key=sdk-server-1",
				"realtime-push.server.sdk-keys[0].flag-set=shop");

	private final ReactiveWebApplicationContextRunner backEnd = this.empty.withPropertyValues(
			"realtime-push.source.featureprobe.toggles-url=http://127.0.0.1:1/internal/server/toggles",
			"realtime-push.source.featureprobe.environments[0].flag-set=shop",
			"realtime-push.source.featureprobe.environments[0].server-key=srv-1",
			"realtime-push.source.featureprobe.environments[0].client-key=cli-1");

	@Test
	void sdksAreServedOnlyIfThatIsSaid() {
		this.server.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(FeatureProbeHandlerMapping.class)
			.doesNotHaveBean(FeatureProbeFlagSource.class));
		this.server.withPropertyValues("realtime-push.featureprobe.enabled=true")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(FeatureProbeHandlerMapping.class));
	}

	@Test
	void sdksAreServedThoughBeansAreLazy() {
		this.server.withPropertyValues("realtime-push.featureprobe.enabled=true")
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(context.getSourceApplicationContext()
				.getBeanFactory()
				.containsSingleton("featureProbeUpdateNotifier")).isTrue());
	}

	@Test
	void appWithoutServerIsUntouched() {
		new ApplicationContextRunner().withConfiguration(PushServerAutoConfigurationTests.ALL)
			.withConfiguration(FEATURE_PROBE)
			.withPropertyValues("realtime-push.featureprobe.enabled=true")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(FeatureProbeHandlerMapping.class));
	}

	@Test
	void keysOfEnvironmentsAreLetIn() {
		this.backEnd.run((context) -> {
			assertThat(context).hasNotFailed()
				.hasSingleBean(FeatureProbeFlagSource.class)
				.hasSingleBean(FeatureProbeSdkKeys.class);
			Collection<SdkKeyDetails> known = context.getBean(SdkKeyRegistry.class).known();
			assertThat(known).extracting(SdkKeyDetails::key)
				.containsExactlyInAnyOrder(SdkKey.server("srv-1"), SdkKey.client("cli-1"));
			assertThat(known).extracting(SdkKeyDetails::flagSet).containsOnly(FlagSetId.of("shop"));
		});
	}

	@Test
	void keysOfTheServersOwnListWin() {
		this.backEnd
			.withPropertyValues("realtime-push.server.sdk-keys[0].key=cli-1",
					"realtime-push.server.sdk-keys[0].kind=client", "realtime-push.server.sdk-keys[0].flag-set=shop",
					"realtime-push.server.sdk-keys[0].flags[0]=ui.*")
			.run((context) -> assertThat(context.getBean(SdkKeyRegistry.class).known()).hasSize(2)
				.anySatisfy((details) -> assertThat(details.visible().matches("checkout")).isFalse()));
	}

	@Test
	void sourceOfTheAppWins() {
		this.backEnd.withBean("source", FlagSource.class, InMemoryFlagSource::new)
			.withPropertyValues("realtime-push.server.sdk-keys[0].key=sdk-server-1",
					"realtime-push.server.sdk-keys[0].flag-set=shop")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(FeatureProbeFlagSource.class));
	}

	@Test
	void versionsOfDocumentsAreThoseOfASourceWhoseVersionsLast() {
		FlagPosition position = new FlagPosition("fp", 17);
		this.backEnd.withPropertyValues("realtime-push.featureprobe.enabled=true")
			.run((context) -> assertThat(context.getBean(DocumentVersions.class).of(FlagSetId.of("shop"), position))
				.isEqualTo(17));
		this.server.withPropertyValues("realtime-push.featureprobe.enabled=true")
			.run((context) -> assertThat(context.getBean(DocumentVersions.class).of(FlagSetId.of("shop"), position))
				.isGreaterThan(1_700_000_000_000L));
	}

	@ParameterizedTest
	@MethodSource
	void wrongValueIsNamedWithWhatIsAllowed(String property, String value, String text) {
		this.backEnd.withPropertyValues("realtime-push.featureprobe.enabled=true", property + "=" + value)
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription()).startsWith(text));
	}

	static Stream<Arguments> wrongValueIsNamedWithWhatIsAllowed() {
		String source = "realtime-push.source.featureprobe.";
		String path = "'realtime-push.featureprobe.base-paths[0]' must be '/', or start with '/', not end with '/', and "
				+ "have no pattern or other special characters, but was ";
		return Stream.of(Arguments.of("realtime-push.featureprobe.base-paths[0]", "server", path + "'server'"),
				Arguments.of("realtime-push.featureprobe.base-paths[0]", "/{a}", path + "'/{a}'"),
				Arguments.of("realtime-push.featureprobe.allowed-origins[0]", "shop.example",
						"'realtime-push.featureprobe.allowed-origins[0]' must be 'scheme://host[:port]'"),
				Arguments.of("realtime-push.featureprobe.max-event-size", "1B",
						"'realtime-push.featureprobe.max-event-size' must be between 1KB and 16MB, but was 1B"),
				Arguments.of("realtime-push.featureprobe.repositories[0]", "x".repeat(129),
						"'realtime-push.featureprobe.repositories[0]' cannot be used: flag set name must have at most"),
				Arguments.of(source + "toggles-url", "back-end:8080",
						"'" + source + "toggles-url' must be a URL that begins with 'http://' or 'https://', but was"),
				Arguments.of(source + "toggles-url", "http://a b",
						"'" + source + "toggles-url' must be a URL, but was 'http://a b'"),
				Arguments.of(source + "secrets-url", "ftp://host/x",
						"'" + source + "secrets-url' must be a URL that begins with"),
				Arguments.of(source + "timeout", "0s",
						"'" + source + "timeout' must be between 10ms and 5m, but was 0s"),
				Arguments.of(source + "max-size", "1KB",
						"'" + source + "max-size' must be between 64KB and 1GB, but was 1KB"),
				Arguments.of(source + "secrets-interval", "0s",
						"'" + source + "secrets-interval' must be between 10ms and 1h, but was 0s"),
				Arguments.of(source + "environments[0].flag-set", "",
						"'" + source + "environments[0].flag-set' must name the flag set that the environment is"),
				Arguments.of(source + "environments[0].server-key", "sha256:" + "0".repeat(64),
						"'" + source + "environments[0].server-key' must be the key in clear text"),
				Arguments.of(source + "environments[0].client-key", "very secret",
						"'" + source + "environments[0].client-key' must not contain blanks or control characters, "
								+ "but was '" + SdkKey.mask("very secret") + "'"),
				Arguments.of("realtime-push.source.jdbc.enabled", "true",
						"'" + source + "toggles-url' must not be set together with another source"));
	}

	@Test
	void backEndWithoutEnvironmentsIsRefused() {
		this.empty
			.withPropertyValues(
					"realtime-push.source.featureprobe.toggles-url=http://127.0.0.1:1/internal/server/toggles")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
				.startsWith("'realtime-push.source.featureprobe.environments' must list the environments"));
	}

}
