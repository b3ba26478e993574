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

import java.io.File;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.realtimepush.source.memory.InMemoryFlagSource;
import io.realtimepush.transport.TestKeyStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When there is a server for HTTP/3, and what is said when there cannot be one.
 */
class Http3AutoConfigurationTests {

	private static final String HTTP3 = "realtime-push.server.http3.";

	private final ApplicationContextRunner server = new ApplicationContextRunner()
		.withConfiguration(PushServerAutoConfigurationTests.ALL)
		.withConfiguration(AutoConfigurations.of(Http3AutoConfiguration.class, SslAutoConfiguration.class))
		.withBean(InMemoryFlagSource.class)
		.withPropertyValues("realtime-push.server.sdk-keys[0].key=sdk-server-1",
				"realtime-push.server.sdk-keys[0].flag-set=shop", "realtime-push.server.port=0",
				"realtime-push.server.address=127.0.0.1",
				"spring.ssl.bundle.jks.push.keystore.location=file:" + TestKeyStore.path(),
				"spring.ssl.bundle.jks.push.keystore.password=" + TestKeyStore.PASSWORD);

	private final ApplicationContextRunner enabled = this.server.withPropertyValues(HTTP3 + "enabled=true");

	@Test
	void thereIsNoneUnlessItIsEnabled() {
		this.server.run((context) -> assertThat(context).doesNotHaveBean(PushHttp3Server.class));
	}

	@Test
	void listensOnTheNumberOfTheTcpPort() {
		this.enabled.withPropertyValues("realtime-push.server.ssl.bundle=push")
			.run((context) -> assertThat(context.getBean(PushHttp3Server.class).getPort())
				.isEqualTo(context.getBean(PushWebServer.class).getPort()));
	}

	@Test
	void certificateOfItsOwnIsEnough() {
		this.enabled.withPropertyValues(HTTP3 + "ssl.bundle=push", HTTP3 + "port=0")
			.run((context) -> assertThat(context.getBean(PushHttp3Server.class).isRunning()).isTrue());
	}

	@Test
	void missingCertificateIsTold() {
		this.enabled.run((context) -> {
			assertThat(FailureAnalyses.of(context).getDescription())
				.isEqualTo("HTTP/3 is always encrypted, but there is no certificate for it");
			assertThat(FailureAnalyses.of(context).getAction()).contains(HTTP3 + "ssl.bundle",
					"realtime-push.server.ssl.bundle");
		});
	}

	@Test
	void unknownBundleIsTold() {
		this.enabled.withPropertyValues(HTTP3 + "ssl.bundle=shop")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
				.isEqualTo("'" + HTTP3 + "ssl.bundle' must be the name of an SSL bundle, but was 'shop'"));
	}

	@Test
	void portInUseIsTold() throws IOException {
		try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
			this.enabled.withPropertyValues(HTTP3 + "ssl.bundle=push", HTTP3 + "port=" + taken.getLocalPort())
				.run((context) -> {
					assertThat(FailureAnalyses.of(context).getDescription())
						.startsWith("the server for HTTP/3 could not be started on UDP port " + taken.getLocalPort());
					assertThat(FailureAnalyses.of(context).getAction()).contains(HTTP3 + "port");
				});
		}
	}

	@ParameterizedTest
	@MethodSource
	void wrongValueIsNamedWithWhatIsAllowed(String property, String text) {
		this.enabled.withPropertyValues(HTTP3 + "ssl.bundle=push", HTTP3 + property)
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription()).isEqualTo("'" + HTTP3 + text));
	}

	static Stream<Arguments> wrongValueIsNamedWithWhatIsAllowed() {
		return Stream.of(Arguments.of("port=70000", "port' must be between 0 and 65535, but was 70000"),
				Arguments.of("advertised-port=0", "advertised-port' must be between 1 and 65535, but was 0"),
				Arguments.of("advertised-for=-1s", "advertised-for' must be between 0s and 720h, but was -1s"),
				Arguments.of("idle-timeout=1s", "idle-timeout' must be between 10s and 15m, but was 1s"),
				Arguments.of("idle-timeout=30s",
						"idle-timeout' must be at least twice 'realtime-push.server.heartbeat-interval', which is 25s, "
								+ "but was 30s"),
				Arguments.of("max-connections=0", "max-connections' must be at least 1, but was 0"),
				Arguments.of("max-handshakes=-1", "max-handshakes' must be at least 0, but was -1"),
				Arguments.of("max-streams=0", "max-streams' must be between 1 and 10000, but was 0"));
	}

	@Test
	void missingCodecIsTold() {
		this.enabled
			.withClassLoader(new FilteredClassLoader((name) -> name.equals("io.netty.handler.codec.http3.Http3")))
			.withPropertyValues(HTTP3 + "ssl.bundle=push")
			.run((context) -> {
				assertThat(FailureAnalyses.of(context).getDescription())
					.contains("Netty's HTTP/3 codec is not on the class path");
				assertThat(FailureAnalyses.of(context).getAction()).contains("io.netty:netty-codec-http3");
			});
	}

	/** In a process of its own, because a library that has been loaded stays. */
	@Test
	void missingNativeLibraryIsTold() throws Exception {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		String without = Arrays.stream(classPath.split(File.pathSeparator))
			.filter((entry) -> !entry.contains("netty-codec-native-quic"))
			.collect(Collectors.joining(File.pathSeparator));
		assertThat(without).isNotEqualTo(classPath);
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx256m", "-cp", without, Http3App.class.getName())
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).isEqualTo(1);
		assertThat(output).contains("APPLICATION FAILED TO START",
				"'realtime-push.server.http3.enabled' is true, but the native library of Netty's QUIC codec cannot be used",
				"Add the dependency io.netty:netty-codec-native-quic, in the version of Netty that the app has");
		assertThat(output).doesNotContain("\tat ");
	}

}
