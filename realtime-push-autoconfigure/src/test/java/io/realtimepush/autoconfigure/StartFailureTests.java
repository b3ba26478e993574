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

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagStore;
import io.realtimepush.flags.UnversionedFlagSource;
import io.realtimepush.flags.VersioningFlagSource;
import io.realtimepush.source.file.FileFlagSource;
import io.realtimepush.source.jdbc.JdbcFlagSource;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.ApplicationContextAssertProvider;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is said when an app cannot start, and that SDK keys are not said.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTests {

	private static final String SECRET = "sdk-very-secret-4711";

	private final ReactiveWebApplicationContextRunner empty = new ReactiveWebApplicationContextRunner()
		.withConfiguration(PushServerAutoConfigurationTests.ALL);

	private final ReactiveWebApplicationContextRunner server = this.empty
		.withBean("source", FlagSource.class, InMemoryFlagSource::new)
		.withPropertyValues("realtime-push.server.sdk-keys[0].key=sdk-server-1",
				"realtime-push.server.sdk-keys[0].flag-set=shop");

	@ParameterizedTest
	@MethodSource
	void wrongValueIsNamedWithWhatIsAllowed(String property, String value, String text) {
		this.server.withPropertyValues(property + "=" + value)
			.run((context) -> assertThat(analysis(context).getDescription()).startsWith(text));
	}

	static Stream<Arguments> wrongValueIsNamedWithWhatIsAllowed() {
		String path = "'realtime-push.server.path' must start with '/', must not end with '/', and must have no pattern "
				+ "or other special characters, but was ";
		return Stream.of(
				Arguments.of("realtime-push.server.heartbeat-interval", "1s",
						"'realtime-push.server.heartbeat-interval' must be between 5s and 5m, but was 1s"),
				Arguments.of("realtime-push.server.heartbeat-interval", "6m",
						"'realtime-push.server.heartbeat-interval' must be between 5s and 5m, but was 6m"),
				Arguments.of("realtime-push.server.port", "70000",
						"'realtime-push.server.port' must be between 0 and 65535, but was 70000"),
				Arguments.of("realtime-push.server.path", "realtime", path + "'realtime'"),
				Arguments.of("realtime-push.server.path", "/realtime/", path + "'/realtime/'"),
				Arguments.of("realtime-push.server.path", "/", path + "'/'"),
				Arguments.of("realtime-push.server.path", "/{any}", path + "'/{any}'"),
				Arguments.of("realtime-push.server.path", "/a/**", path + "'/a/**'"),
				Arguments.of("realtime-push.server.path", "//a", path + "'//a'"),
				Arguments.of("realtime-push.server.drain-time", "-1s",
						"'realtime-push.server.drain-time' must be between 0s and 1h, but was -1s"),
				Arguments.of("realtime-push.server.handshake-timeout", "0",
						"'realtime-push.server.handshake-timeout' must be between 10ms and 5m, but was 0s"),
				Arguments.of("realtime-push.server.load-timeout", "2m",
						"'realtime-push.server.load-timeout' must be between 10ms and 1m, but was 2m"),
				Arguments.of("realtime-push.server.request-head-timeout", "0",
						"'realtime-push.server.request-head-timeout' must be between 10ms and 5m, but was 0s"),
				Arguments.of("realtime-push.server.max-message-size", "100B",
						"'realtime-push.server.max-message-size' must be between 1KB and 16MB, but was 100B"),
				Arguments.of("realtime-push.server.max-message-size", "17MB",
						"'realtime-push.server.max-message-size' must be between 1KB and 16MB, but was 17MB"),
				Arguments.of("realtime-push.server.limits.max-connections", "-1",
						"'realtime-push.server.limits.max-connections' must be at least 0, but was -1"),
				Arguments.of("realtime-push.server.limits.max-connections-per-key", "-1",
						"'realtime-push.server.limits.max-connections-per-key' must be at least 0, but was -1"),
				Arguments.of("realtime-push.server.limits.max-connections-per-address", "-1",
						"'realtime-push.server.limits.max-connections-per-address' must be at least 0, but was -1"),
				Arguments.of("realtime-push.server.limits.max-connects-per-second", "-1",
						"'realtime-push.server.limits.max-connects-per-second' must be at least 0, but was -1"),
				Arguments.of("realtime-push.server.limits.max-failed-logins", "-1",
						"'realtime-push.server.limits.max-failed-logins' must be at least 0, but was -1"),
				Arguments.of("realtime-push.server.limits.max-subscriptions", "-1",
						"'realtime-push.server.limits.max-subscriptions' must be at least 0, but was -1"),
				Arguments.of("realtime-push.server.limits.max-messages-per-second", "-1",
						"'realtime-push.server.limits.max-messages-per-second' must be between 0 and 1000000, but was -1"),
				Arguments.of("realtime-push.ring.max-versions", "0",
						"'realtime-push.ring.max-versions' must be between 1 and 1000000, but was 0"),
				Arguments.of("realtime-push.ring.max-size", "2GB",
						"'realtime-push.ring.max-size' must be between 1KB and 1GB, but was 2GB"),
				Arguments.of("realtime-push.watch.interval", "1ms",
						"'realtime-push.watch.interval' must be between 10ms and 1h, but was 1ms"),
				Arguments.of("realtime-push.watch.timeout", "0",
						"'realtime-push.watch.timeout' must be between 10ms and 10m, but was 0s"),
				Arguments.of("realtime-push.watch.max-back-off", "2h",
						"'realtime-push.watch.max-back-off' must be between 10ms and 1h, but was 2h"),
				Arguments.of("realtime-push.watch.restore-delay", "-1500ms",
						"'realtime-push.watch.restore-delay' must be between 0s and 1h, but was -1500ms"),
				Arguments.of("realtime-push.watch.linger", "25h",
						"'realtime-push.watch.linger' must be between 0s and 24h, but was 25h"),
				Arguments.of("realtime-push.primary-flag-set", "x".repeat(129),
						"'realtime-push.primary-flag-set' cannot be used: flag set name must have at most 128 characters"),
				Arguments.of("realtime-push.server.heartbeat-interval", "soon",
						"Failed to bind properties under "
								+ "'realtime-push.server.heartbeat-interval' to java.time.Duration"),
				Arguments.of("realtime-push.server.sdk-keys[0].kind", "admin",
						"Failed to bind properties under 'realtime-push.server.sdk-keys[0].kind'"));
	}

	@ParameterizedTest
	@MethodSource
	void mistakeInAnSdkKeyIsNamedByItsIndexWithoutTheKey(String[] properties, String text) {
		this.server.withPropertyValues(properties).run((context) -> {
			FailureAnalysis analysis = analysis(context);
			assertThat(analysis.getDescription()).startsWith(text).doesNotContain(SECRET);
			assertThat(analysis.getAction()).contains("realtime-push.server.sdk-keys[1].").doesNotContain(SECRET);
			assertThat(context.getStartupFailure()).rootCause()
				.message()
				.as("what is in a stack trace")
				.doesNotContain(SECRET);
		});
	}

	static Stream<Arguments> mistakeInAnSdkKeyIsNamedByItsIndexWithoutTheKey() {
		return Stream.of(
				mistake("'….key' must be an SDK key or 'sha256:' and its hash, but is not set", "flag-set=shop"),
				mistake("'….flag-set' must name the flag set that the key selects, but is not set", "key=" + SECRET),
				mistake("'….flag-set' cannot be used: flag set name must have at most 128 characters, but has 129",
						"key=" + SECRET, "flag-set=" + "x".repeat(129)),
				mistake("'….key' must not contain blanks or control characters, but was 'sdk…1'",
						"key=" + SECRET + " 1", "flag-set=shop"),
				mistake("'….key' cannot be used: SDK key hash must be 'sha256:' and 64 hexadecimal digits, but was "
						+ "'sha25…", "key=sha256:" + SECRET + "0000", "flag-set=shop"),
				mistake("'….key' cannot be used: SDK key must have at most 256 characters, but has 257, but was 'xxxxxx…xx'",
						"key=" + "x".repeat(257), "flag-set=shop"),
				mistake("'….key' must be another key than 'realtime-push.server.sdk-keys[0].key', but was 'sd…1'",
						"key=sdk-server-1", "flag-set=shop"),
				mistake("'….key' must be another key than 'realtime-push.server.sdk-keys[0].key', but was 'sha256…",
						"key=sha256:" + io.realtimepush.flags.SdkKey.sha256("sdk-server-1"), "flag-set=shop"),
				mistake("'….flags[1]' cannot be used: flag pattern must have 1 to 256 characters, but has 257",
						"key=" + SECRET, "flag-set=shop", "flags[0]=ui.*", "flags[1]=" + "x".repeat(257)),
				mistake("'….allowed-origins[0]' must be 'scheme://host[:port]' in lower case, or '*', but was "
						+ "'https://example.com/'", "key=" + SECRET, "flag-set=shop",
						"allowed-origins[0]=https://example.com/"),
				mistake("'….allowed-origins[1]' must be 'scheme://host[:port]' in lower case, or '*', but was "
						+ "'example.com'", "key=" + SECRET, "flag-set=shop",
						"allowed-origins[0]=https://example.com:8443", "allowed-origins[1]=example.com"),
				mistake("'….allowed-origins[2]' must be 'scheme://host[:port]' in lower case, or '*', but was "
						+ "'https://Example.com'", "key=" + SECRET, "flag-set=shop", "allowed-origins[0]=*",
						"allowed-origins[1]=http://[::1]:80", "allowed-origins[2]=https://Example.com"));
	}

	@ParameterizedTest
	@CsvSource({ "realtime-push.server.sdk-keys[1].key, realtime-push.server.sdk-keys[1].flag-set=shop",
			"realtime-push.client.sdk-key, realtime-push.client.url=http://localhost:1/realtime" })
	void placeholderWithoutValueIsNoSecret(String property, String other) {
		this.server.withConfiguration(AutoConfigurations.of(PushClientAutoConfiguration.class))
			.withPropertyValues(property + "=${SHOP_KEY}", other)
			.run((context) -> {
				FailureAnalysis analysis = analysis(context);
				assertThat(analysis.getDescription())
					.startsWith("'" + property + "' has the placeholder '${SHOP_KEY}', for which there is no value");
				assertThat(analysis.getAction()).startsWith("Set 'SHOP_KEY'");
			});
	}

	private static Arguments mistake(String text, String... properties) {
		String name = "realtime-push.server.sdk-keys[1]";
		String[] full = Stream.of(properties).map((property) -> name + "." + property).toArray(String[]::new);
		return Arguments.of(full, text.replaceFirst("…", name.replace("$", "\\$")));
	}

	@Test
	void clientKeyWithoutPatternsIsWarnedOfOnce(CapturedOutput output) {
		this.server
			.withPropertyValues("realtime-push.server.sdk-keys[1].key=" + SECRET,
					"realtime-push.server.sdk-keys[1].kind=client", "realtime-push.server.sdk-keys[1].flag-set=shop",
					"realtime-push.server.sdk-keys[2].key=open", "realtime-push.server.sdk-keys[2].kind=client",
					"realtime-push.server.sdk-keys[2].flag-set=shop", "realtime-push.server.sdk-keys[2].flags=*")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.toString().lines().filter((line) -> line.contains("WARN"))).singleElement()
			.asString()
			.contains("client key 'sdk…1' sees every flag of flag set 'shop'",
					"'realtime-push.server.sdk-keys[1].flags'");
		assertThat(output).doesNotContain(SECRET);
	}

	@Test
	void missingFlagSourceIsTold() {
		this.empty
			.withPropertyValues("realtime-push.server.sdk-keys[0].key=sdk-server-1",
					"realtime-push.server.sdk-keys[0].flag-set=shop")
			.run((context) -> {
				assertThat(analysis(context).getDescription()).isEqualTo("the push server has no flag source");
				assertThat(analysis(context).getAction()).contains("FlagSource", "realtime-push.source.file.location",
						"realtime-push.source.jdbc.enabled");
			});
	}

	@Test
	void severalFlagSourcesAreTold() {
		this.server.withBean("other", FlagSource.class, InMemoryFlagSource::new).run((context) -> {
			assertThat(analysis(context).getDescription())
				.isEqualTo("an app has one flag source, but there are several FlagSource beans [source, other]");
			assertThat(analysis(context).getAction()).contains("@Primary");
		});
	}

	@Test
	void primaryOfSeveralFlagSourcesIsTaken() {
		this.server
			.withBean("other", FlagSource.class, InMemoryFlagSource::new, (definition) -> definition.setPrimary(true))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void unversionedFlagSourceIsGivenVersions() {
		UnversionedFlagSource source = (flagSet) -> Mono.empty();
		new ApplicationContextRunner().withConfiguration(PushServerAutoConfigurationTests.ALL)
			.withBean(UnversionedFlagSource.class, () -> source)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(VersioningFlagSource.class));
		new ApplicationContextRunner().withConfiguration(PushServerAutoConfigurationTests.ALL)
			.withBean("one", UnversionedFlagSource.class, () -> source)
			.withBean("two", UnversionedFlagSource.class, () -> source)
			.run((context) -> assertThat(analysis(context).getDescription())
				.contains("several UnversionedFlagSource beans [one, two]"));
	}

	@Test
	void missingSdkKeysAreTold() {
		this.empty.withBean(InMemoryFlagSource.class).run((context) -> {
			assertThat(analysis(context).getDescription()).startsWith("'realtime-push.server.sdk-keys' is empty");
			assertThat(analysis(context).getAction()).contains("realtime-push.server.sdk-keys", "SdkKeyRegistry");
		});
	}

	@Test
	void missingDataSourceIsTold() {
		this.empty.withPropertyValues("realtime-push.source.jdbc.enabled=true").run((context) -> {
			assertThat(analysis(context).getDescription())
				.startsWith("'realtime-push.source.jdbc.enabled' is true, but there is no DataSource bean");
			assertThat(analysis(context).getAction()).contains("spring.datasource.url");
		});
	}

	@Test
	void severalDataSourcesAreTold() {
		this.empty.withPropertyValues("realtime-push.source.jdbc.enabled=true")
			.withBean("one", DataSource.class,
					() -> new EmbeddedDatabaseBuilder().setType(EmbeddedDatabaseType.H2)
						.generateUniqueName(true)
						.build())
			.withBean("two", DataSource.class,
					() -> new EmbeddedDatabaseBuilder().setType(EmbeddedDatabaseType.H2)
						.generateUniqueName(true)
						.build())
			.run((context) -> assertThat(analysis(context).getDescription()).contains("several DataSource beans"));
	}

	@Test
	void missingSpringJdbcIsTold() {
		this.empty.withPropertyValues("realtime-push.source.jdbc.enabled=true")
			.withClassLoader(new FilteredClassLoader("org.springframework.jdbc"))
			.run((context) -> {
				assertThat(analysis(context).getDescription()).contains("spring-jdbc is not on the class path");
				assertThat(analysis(context).getAction()).contains("spring-boot-starter-jdbc");
			});
	}

	@Test
	void jdbcSourceIsCreatedWithItsSchemaAndStore() {
		new ApplicationContextRunner().withConfiguration(PushServerAutoConfigurationTests.ALL)
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
			.withPropertyValues("realtime-push.source.jdbc.enabled=true",
					"realtime-push.source.jdbc.initialize-schema=true", "spring.datasource.generate-unique-name=true")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(JdbcFlagSource.class)
				.hasSingleBean(FlagStore.class));
	}

	@Test
	void jdbcSourceComesAfterMigrations() {
		withDatabase("spring.datasource.generate-unique-name=true")
			.withConfiguration(AutoConfigurations.of(DataSourceInitializationAutoConfiguration.class))
			.run((context) -> assertThat(context.getSourceApplicationContext()
				.getBeanFactory()
				.getBeanDefinition("jdbcFlagSource")
				.getDependsOn()).contains("dataSourceScriptDatabaseInitializer"));
	}

	@Test
	void jdbcSourceOfTheAppHasAStore() {
		DataSource database = new EmbeddedDatabaseBuilder().setType(EmbeddedDatabaseType.H2)
			.generateUniqueName(true)
			.build();
		new ApplicationContextRunner().withConfiguration(PushServerAutoConfigurationTests.ALL)
			.withPropertyValues("realtime-push.source.jdbc.enabled=true")
			.withBean("one", DataSource.class, () -> database)
			.withBean("two", DataSource.class, () -> database)
			.withBean(JdbcFlagSource.class, () -> new JdbcFlagSource(database))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(JdbcFlagSource.class)
				.hasSingleBean(FlagStore.class));
	}

	@Test
	void wrongValueOfAMapIsNamedWithItsKey() {
		this.server.withConfiguration(AutoConfigurations.of(AccessTokenAutoConfiguration.class))
			.withPropertyValues("realtime-push.server.token.enabled=true",
					"realtime-push.server.token.shares.longPoll=1.5")
			.run((context) -> assertThat(analysis(context).getDescription())
				.startsWith("'realtime-push.server.token.shares.longPoll' must be one of websocket, sse, long-poll"));
	}

	@Test
	void notificationsHaveNoEffectOnAnotherDatabase(CapturedOutput output) {
		withDatabase("realtime-push.source.jdbc.notify.enabled=true", "spring.datasource.url=jdbc:h2:mem:notify",
				"spring.datasource.type=org.springframework.jdbc.datasource.SimpleDriverDataSource")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(JdbcFlagSource.class));
		assertThat(output).contains(
				"'realtime-push.source.jdbc.notify.enabled' has no effect, because the database is not PostgreSQL");
	}

	@Test
	void notificationsNeedToKnowWhereTheDatabaseIs() {
		withDatabase("realtime-push.source.jdbc.notify.enabled=true", "spring.datasource.generate-unique-name=true")
			.run((context) -> {
				assertThat(analysis(context).getDescription()).startsWith(
						"'realtime-push.source.jdbc.notify.enabled' is true, but where the DataSource bean of the app "
								+ "connects to is not known");
				assertThat(analysis(context).getAction()).contains("'realtime-push.source.jdbc.notify.url'");
			});
	}

	@ParameterizedTest
	@CsvSource({ "channel, Flags;, must have 1 to 63 characters of a-z",
			"check-interval, 100ms, 'must be between 1s and 10m, but was 100ms'",
			"url, postgresql://app:tops3cret@db/flags, must be a JDBC URL" })
	void wrongSettingOfNotificationsIsTold(String property, String value, String text) {
		String name = "realtime-push.source.jdbc.notify." + property;
		this.empty.withPropertyValues("realtime-push.source.jdbc.enabled=true", name + "=" + value)
			.run((context) -> assertThat(analysis(context).getDescription()).startsWith("'" + name + "' " + text)
				.doesNotContain("tops3cret"));
	}

	private ApplicationContextRunner withDatabase(String... properties) {
		return new ApplicationContextRunner().withConfiguration(PushServerAutoConfigurationTests.ALL)
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
			.withPropertyValues("realtime-push.source.jdbc.enabled=true")
			.withPropertyValues(properties);
	}

	@Test
	void missingFileIsTold(@TempDir Path directory) {
		Path missing = directory.resolve("missing.yml");
		this.empty.withPropertyValues("realtime-push.source.file.location=" + missing)
			.run((context) -> assertThat(analysis(context).getDescription())
				.startsWith("'realtime-push.source.file.location' must be a file or directory that exists, but was '"
						+ missing + "'"));
	}

	@Test
	void fileNeedsItsFlagSet(@TempDir Path directory) throws Exception {
		Path file = Files.writeString(directory.resolve("flags.yml"), "a: 1\n");
		this.empty.withPropertyValues("realtime-push.source.file.location=" + file)
			.run((context) -> assertThat(analysis(context).getDescription())
				.startsWith("'realtime-push.source.file.flag-set' must name the flag set that the file '" + file
						+ "' holds, but is not set"));
	}

	@Test
	void fileWithAnotherExtensionIsTold(@TempDir Path directory) throws Exception {
		Path file = Files.writeString(directory.resolve("flags.txt"), "a: 1\n");
		this.empty
			.withPropertyValues("realtime-push.source.file.location=" + file, "realtime-push.source.file.flag-set=shop")
			.run((context) -> assertThat(analysis(context).getDescription())
				.startsWith("'realtime-push.source.file.location' cannot be used: file of a flag set must end with"));
	}

	@Test
	void directoryOfFlagSetsIsRead(@TempDir Path directory) {
		new ApplicationContextRunner().withConfiguration(PushServerAutoConfigurationTests.ALL)
			.withPropertyValues("realtime-push.source.file.location=" + directory)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(FileFlagSource.class));
	}

	@Test
	void twoSourcesInPropertiesAreTold(@TempDir Path directory) {
		this.empty
			.withPropertyValues("realtime-push.source.file.location=" + directory,
					"realtime-push.source.jdbc.enabled=true")
			.run((context) -> assertThat(analysis(context).getDescription())
				.startsWith("'realtime-push.source.jdbc.enabled' must not be set together with "
						+ "'realtime-push.source.file.location'"));
	}

	@Test
	void invalidHandlerIsTold() {
		this.server.withUserConfiguration(InvalidHandler.class).run((context) -> {
			assertThat(analysis(context).getDescription()).startsWith("@OnFlagUpdate method ")
				.contains("InvalidHandler.onChange");
			assertThat(analysis(context).getAction()).isNotBlank();
		});
	}

	@Test
	void handlerOfAmbiguousFlagSetIsToldWithItsMethod() {
		this.server
			.withPropertyValues("realtime-push.server.sdk-keys[1].key=sdk-server-2",
					"realtime-push.server.sdk-keys[1].flag-set=office")
			.withUserConfiguration(AnyHandler.class)
			.run((context) -> assertThat(analysis(context).getDescription()).startsWith("@OnFlagUpdate method ")
				.contains("AnyHandler.onChange", "several flag sets [office, shop]"));
	}

	@Test
	void handlerWithoutFlagsIsTold() {
		new ApplicationContextRunner().withConfiguration(PushServerAutoConfigurationTests.ALL)
			.withUserConfiguration(AnyHandler.class)
			.run((context) -> assertThat(analysis(context).getDescription()).contains("AnyHandler.onChange",
					"the app has no flags to be called for"));
	}

	@Test
	void failureIsPrintedWithItsOriginAndWithoutStackTrace(CapturedOutput output) {
		SpringApplication application = new SpringApplication(ServerApplication.class);
		application.setWebApplicationType(WebApplicationType.REACTIVE);
		assertThatExceptionOfType(Exception.class).isThrownBy(
				() -> application
					.run("--server.port=0", "--realtime-push.server.heartbeat-interval=1s",
							"--realtime-push.server.sdk-keys[0].key=" + SECRET,
							"--realtime-push.server.sdk-keys[0].flag-set=shop")
					.close());
		assertThat(output)
			.contains("APPLICATION FAILED TO START",
					"'realtime-push.server.heartbeat-interval' must be between 5s and 5m, but was 1s (set in "
							+ "\"realtime-push.server.heartbeat-interval\" from property source \"commandLineArgs\")",
					"Correct the value of 'realtime-push.server.heartbeat-interval'.")
			.doesNotContain("\tat ")
			.doesNotContain(SECRET);
	}

	private static FailureAnalysis analysis(ApplicationContextAssertProvider<?> context) {
		return FailureAnalyses.of(context);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ NettyReactiveWebServerAutoConfiguration.class, FlagHubAutoConfiguration.class,
			PushServerAutoConfiguration.class })
	static class ServerApplication {

		@Bean
		InMemoryFlagSource source() {
			return new InMemoryFlagSource();
		}

	}

	static class InvalidHandler {

		@OnFlagUpdate("a")
		void onChange(String value, Integer another) {
		}

	}

	static class AnyHandler {

		@OnFlagUpdate("a")
		void onChange(String value) {
		}

	}

}
