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
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.stream.Stream;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.session.AccessTokens;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushSessions;
import io.realtimepush.source.memory.InMemoryFlagSource;
import io.realtimepush.token.JwtAccessTokens;
import io.realtimepush.transport.http.JwkSetEndpoint;
import io.realtimepush.transport.http.RequestEndpoint;
import io.realtimepush.transport.http.TokenEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link AccessTokenAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class AccessTokenAutoConfigurationTests {

	private static final String TOKEN = "realtime-push.server.token.";

	private static final String SECRET = Base64.getEncoder().encodeToString(new byte[32]);

	private final ReactiveWebApplicationContextRunner server = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AccessTokenAutoConfiguration.class))
		.withConfiguration(PushServerAutoConfigurationTests.ALL)
		.withUserConfiguration(SourceConfiguration.class)
		.withPropertyValues("realtime-push.server.sdk-keys[0].key=sdk-server-1",
				"realtime-push.server.sdk-keys[0].flag-set=shop");

	private final ReactiveWebApplicationContextRunner enabled = this.server.withPropertyValues(TOKEN + "enabled=true");

	@Test
	void thereAreNoTokensUnlessEnabled() {
		this.server.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(AccessTokens.class)
			.doesNotHaveBean(TokenEndpoint.class)
			.hasSingleBean(RequestEndpoint.class)
			.hasSingleBean(PushSessions.class));
	}

	@Test
	void tokensAreSignedWithConfiguredKeys(CapturedOutput output) {
		this.enabled
			.withPropertyValues(TOKEN + "signing-keys[0].id=new", TOKEN + "signing-keys[0].secret=" + SECRET,
					TOKEN + "signing-keys[1].id=old", TOKEN + "signing-keys[1].secret=" + SECRET)
			.run((context) -> {
				assertThat(context).hasNotFailed()
					.hasSingleBean(JwtAccessTokens.class)
					.hasSingleBean(TokenEndpoint.class);
				assertThat(context.getBean(JwtAccessTokens.class).canIssue()).isTrue();
				assertThat(output).doesNotContain("random key");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "RSA", "EC", "JWK" })
	void privateKeyComesFromAFile(String kind, @TempDir Path directory) throws Exception {
		Path file = directory.resolve("key");
		Files.writeString(file, key(kind));
		this.enabled
			.withPropertyValues(TOKEN + "signing-keys[0].location=file:" + file, TOKEN + "signing-keys[1].id=old",
					TOKEN + "signing-keys[1].secret=" + SECRET)
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(JwkSetEndpoint.class);
				JWKSet published = JWKSet.parse(context.getBean(AccessTokens.class).publicKeys());
				assertThat(published.getKeys()).singleElement()
					.satisfies((key) -> assertThat(key.getKeyID()).isEqualTo(key.computeThumbprint().toString()));
			});
	}

	private static String key(String kind) throws Exception {
		if (kind.equals("JWK")) {
			return new ECKeyGenerator(Curve.P_256).generate().toString();
		}
		KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
		generator.initialize(kind.equals("EC") ? 256 : 2048);
		KeyPair pair = generator.generateKeyPair();
		String privateKey = pem("PRIVATE KEY", pair.getPrivate().getEncoded());
		return kind.equals("EC") ? privateKey + pem("PUBLIC KEY", pair.getPublic().getEncoded()) : privateKey;
	}

	private static String pem(String what, byte[] key) {
		return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(key)
				+ "\n-----END " + what + "-----\n";
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			EC|cannot be used: the public key must follow the private one: 'openssl pkey -in key.pem -pubout >> key.pem'
			none|must be a private key in PEM, or a private JWK
			JWK|cannot be used: a key of tokens must have its private part
			missing|must be a file that can be read""")
	void fileThatHoldsNoKeyIsToldWithoutItsContent(String kind, String problem, @TempDir Path directory)
			throws Exception {
		Path file = directory.resolve("key");
		switch (kind) {
			case "EC" -> Files.writeString(file, key("EC").replaceAll("(?s)-----BEGIN PUBLIC.*", ""));
			case "JWK" -> Files.writeString(file, ECKey.parse(key("JWK")).toPublicJWK().toString());
			case "none" -> Files.writeString(file, "s3cret");
			default -> {
			}
		}
		this.enabled.withPropertyValues(TOKEN + "signing-keys[0].location=file:" + file)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("'" + TOKEN + "signing-keys[0].location' " + problem)
				.satisfies((failure) -> assertThat(String.valueOf(failure)).doesNotContain("s3cret")));
	}

	@Test
	void randomKeyIsWarnedOf(CapturedOutput output) {
		this.enabled.run((context) -> {
			assertThat(context.getBean(JwtAccessTokens.class).canIssue()).isTrue();
			assertThat(output).containsOnlyOnce("'realtime-push.server.token.signing-keys' is empty, so access tokens "
					+ "are signed with a random key");
		});
	}

	@Test
	void nodeMayOnlyCheckTokensOfAnotherIssuer(CapturedOutput output) {
		this.enabled.withPropertyValues(TOKEN + "jwk-set-uri=https://issuer.example.com/jwks").run((context) -> {
			assertThat(context.getBean(JwtAccessTokens.class).canIssue()).isFalse();
			assertThat(output).doesNotContain("random key");
		});
	}

	@Test
	void tokensOfTheAppAreTaken() {
		this.enabled.withUserConfiguration(OwnTokens.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(PushHandler.class)
				.doesNotHaveBean(JwtAccessTokens.class));
	}

	@Test
	void missingLibraryIsTold() {
		this.enabled.withClassLoader(new FilteredClassLoader("com.nimbusds"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("access tokens need a library that is not there"));
	}

	@ParameterizedTest
	@MethodSource("mistakes")
	void mistakesAreTold(String property, String problem) {
		this.enabled.withPropertyValues(TOKEN + property)
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("'" + TOKEN + problem));
	}

	static Stream<Arguments> mistakes() {
		return Stream.of(Arguments.of("lifetime=30s", "lifetime' must be between 1m and 168h, but was 30s"), Arguments
			.of("transports=pigeon",
					"transports[0]' must be one of websocket, sse, long-poll, sse-h3, long-poll-h3, but was 'pigeon'"),
				Arguments.of("shares.quic=0.1",
						"shares.quic' must be one of websocket, sse, long-poll, sse-h3, long-poll-h3, but was 'quic'"),
				Arguments.of("shares.sse=1.5", "shares.sse' must be between 0 and 1, but was 1.5"),
				Arguments.of("telemetry=2", "telemetry' must be between 0 and 1, but was 2.0"),
				Arguments.of("signing-keys[0].secret=eA==", "signing-keys[0].id' must name the key, but is not set"),
				Arguments.of("signing-keys[0].id=a",
						"signing-keys[0].secret' or 'location' must be set: a secret in Base64, or a file with a "
								+ "private key, but is not set"),
				Arguments.of("jwk-set-uri=no url", "jwk-set-uri' must be a URL, but was 'no url'"));
	}

	@Test
	void placeholderWithoutValueIsNoSecret() {
		this.enabled
			.withPropertyValues(TOKEN + "signing-keys[0].id=new", TOKEN + "signing-keys[0].secret=${TOKEN_SECRET}")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessage(
						"'realtime-push.server.token.signing-keys[0].secret' has the placeholder '${TOKEN_SECRET}', "
								+ "for which there is no value"));
	}

	@Test
	void secretThatIsTooShortIsToldWithoutIt() {
		this.enabled.withPropertyValues(TOKEN + "signing-keys[0].id=new", TOKEN + "signing-keys[0].secret=c2VjcmV0")
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(
						"'realtime-push.server.token.signing-keys[0].secret' must be Base64 of at least 32 "
								+ "bytes, but was a text of 8 characters")
				.satisfies((failure) -> assertThat(String.valueOf(failure)).doesNotContain("c2VjcmV0")));
	}

	@Configuration(proxyBeanMethods = false)
	static class SourceConfiguration {

		@Bean
		FlagSource flagSource() {
			return new InMemoryFlagSource();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnTokens {

		@Bean
		AccessTokens ownTokens() {
			return mock();
		}

	}

}
