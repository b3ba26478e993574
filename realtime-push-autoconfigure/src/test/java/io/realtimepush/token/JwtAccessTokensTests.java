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

package io.realtimepush.token;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.session.TokenClaims;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link JwtAccessTokens}.
 */
@ExtendWith(OutputCaptureExtension.class)
class JwtAccessTokensTests {

	private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

	private static final TokenKey FIRST = key("2030-01", 'a');

	private static final TokenKey SECOND = key("2029-12", 'b');

	private static final TokenClaims CLAIMS = new TokenClaims(SdkKey.sha256("sdk-server-sample"),
			FlagSetId.of("shop/production"), null, NOW.plusSeconds(60));

	private final JwtAccessTokens tokens = tokens(NOW, FIRST, SECOND);

	private static TokenKey key(String id, char letter) {
		return new TokenKey(id, String.valueOf(letter).repeat(32).getBytes(StandardCharsets.US_ASCII));
	}

	private static JwtAccessTokens tokens(Instant now, TokenKey... keys) {
		return new JwtAccessTokens("push", List.of(keys), null, Schedulers.immediate(),
				Clock.fixed(now, ZoneOffset.UTC));
	}

	private static void assertRefused(JwtAccessTokens tokens, String token, CloseReason reason) {
		assertThatExceptionOfType(SessionRejectedException.class).isThrownBy(() -> tokens.verify(token).block())
			.satisfies((ex) -> assertThat(ex.closeReason()).isEqualTo(reason))
			.withMessage(reason.text());
	}

	@Test
	void tokenSaysWhatWasPutIn() {
		TokenClaims named = new TokenClaims(CLAIMS.keySha256(), CLAIMS.flagSet(), "process-7-0123456789",
				CLAIMS.expiresAt());
		assertThat(this.tokens.verify(this.tokens.issue(CLAIMS)).block()).isEqualTo(CLAIMS);
		assertThat(this.tokens.verify(this.tokens.issue(named)).block()).isEqualTo(named);
	}

	@Test
	void tokenNamesItsKeyByTheHashOnly() {
		String payload = this.tokens.issue(CLAIMS).split("\\.")[1];
		assertThat(new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8))
			.contains(CLAIMS.keySha256())
			.doesNotContain("sdk-server-sample");
	}

	@Test
	void tokensAreToldFromSdkKeys() {
		assertThat(this.tokens.isToken(this.tokens.issue(CLAIMS))).isTrue();
		assertThat(this.tokens.isToken("sdk-server-sample")).isFalse();
		assertThat(this.tokens.isToken("eyJ-is-how-this-key-begins")).isFalse();
	}

	@Test
	void tokenEndsAtItsTime() {
		String token = this.tokens.issue(CLAIMS);
		assertThat(tokens(CLAIMS.expiresAt().minusMillis(1), FIRST).verify(token).block()).isEqualTo(CLAIMS);
		assertRefused(tokens(CLAIMS.expiresAt(), FIRST), token, CloseReason.TOKEN_EXPIRED);
	}

	@Test
	void tokenBeforeItsTimeIsRefused() throws JOSEException {
		Date begin = Date.from(NOW);
		SignedJWT jwt = new SignedJWT(
				new JWSHeader.Builder(JWSAlgorithm.HS256).type(new JOSEObjectType("rtp+jwt")).keyID(FIRST.id()).build(),
				new JWTClaimsSet.Builder().issuer("push")
					.subject(CLAIMS.keySha256())
					.audience(CLAIMS.flagSet().name())
					.notBeforeTime(begin)
					.expirationTime(Date.from(CLAIMS.expiresAt()))
					.build());
		jwt.sign(FIRST.signer());
		String token = jwt.serialize();
		assertRefused(tokens(NOW.minusSeconds(61), FIRST), token, CloseReason.UNAUTHORIZED);
		// The clock of the issuer may be a little ahead
		assertThat(tokens(NOW.minusSeconds(60), FIRST).verify(token).block()).isEqualTo(CLAIMS);
		assertThat(tokens(NOW, FIRST).verify(token).block()).isEqualTo(CLAIMS);
	}

	@Test
	void keysAreRotatedWithoutATokenBeingRefused() {
		String before = tokens(NOW, SECOND).issue(CLAIMS);
		assertThat(this.tokens.verify(before).block()).isEqualTo(CLAIMS);
		assertRefused(tokens(NOW, FIRST), before, CloseReason.UNAUTHORIZED);
		assertThat(tokens(NOW, FIRST).verify(this.tokens.issue(CLAIMS)).block()).isEqualTo(CLAIMS);
	}

	@Test
	void tokenThatWasChangedIsRefused() {
		String[] parts = this.tokens.issue(CLAIMS).split("\\.");
		String other = this.tokens
			.issue(new TokenClaims(CLAIMS.keySha256(), FlagSetId.of("other"), null, CLAIMS.expiresAt()))
			.split("\\.")[1];
		assertRefused(this.tokens, parts[0] + "." + other + "." + parts[2], CloseReason.UNAUTHORIZED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "eyJ..", "eyJhbGciOiJIUzI1NiJ9.e30.", "eyJhbGciOiJub25lIn0.e30.", "eyJ.eyJ.eyJ",
			"eyJhbGciOiJIUzI1NiJ9.e30.AAAA" })
	void whatIsNoSignedTokenIsRefused(String token) {
		assertRefused(this.tokens, token, CloseReason.UNAUTHORIZED);
	}

	@Test
	void tokenOfAnotherIssuerIsRefused() {
		JwtAccessTokens others = new JwtAccessTokens("other", List.of(FIRST), null, Schedulers.immediate(),
				Clock.fixed(NOW, ZoneOffset.UTC));
		assertRefused(this.tokens, others.issue(CLAIMS), CloseReason.UNAUTHORIZED);
	}

	@Test
	void publishedKeysOfAnotherIssuerAreTaken() throws JOSEException {
		ECKey key = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
		JWKSource<SecurityContext> published = new ImmutableJWKSet<>(new JWKSet(key.toPublicJWK()));
		JwtAccessTokens checking = checking(published);
		assertThat(checking.canIssue()).isFalse();
		assertThat(checking.verify(signed(key, "rtp+jwt", "shop/production")).block()).isEqualTo(CLAIMS);
		assertRefused(checking, signed(key, "at+jwt", "shop/production"), CloseReason.UNAUTHORIZED);
		assertRefused(checking, signed(key, "rtp+jwt", null), CloseReason.UNAUTHORIZED);
		assertRefused(checking, this.tokens.issue(CLAIMS), CloseReason.UNAUTHORIZED);
		ECKey stranger = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
		assertRefused(checking, signed(stranger, "rtp+jwt", "shop/production"), CloseReason.UNAUTHORIZED);
	}

	@Test
	void issuerThatCannotBeAskedIsNoFaultOfTheServer(CapturedOutput output) throws JOSEException {
		ECKey key = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
		String token = signed(key, "rtp+jwt", "shop/production");
		assertRefused(checking((selector, context) -> {
			throw new RateLimitReachedException();
		}), token, CloseReason.UNAUTHORIZED);
		JwtAccessTokens unreachable = checking((selector, context) -> {
			throw new JWKSetUnavailableException("connection refused");
		});
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(SessionRejectedException.class)
				.isThrownBy(() -> unreachable.verify(token).block())
				.satisfies((ex) -> assertThat(ex.closeReason()).isEqualTo(CloseReason.NOT_READY))
				.withMessage("this token cannot be checked now");
		}
		assertThat(output).containsOnlyOnce("the keys of issuer 'push' cannot be read");
	}

	@Test
	void validTokenIsNotRefusedForGoodBecauseItsIssuerCouldNotBeAsked() throws Exception {
		String token = signed(new ECKeyGenerator(Curve.P_256).keyID("ec").generate(), "rtp+jwt", "shop/production");
		JwtAccessTokens checking = checking(JWKSourceBuilder.create(URI.create("http://127.0.0.1:1/jwks.json").toURL())
			.retrying(true)
			.outageTolerantForever()
			.refreshAheadCache(false)
			.build());
		for (int i = 0; i < 4; i++) {
			assertThatExceptionOfType(SessionRejectedException.class).isThrownBy(() -> checking.verify(token).block())
				.satisfies((ex) -> assertThat(ex.closeReason()).isEqualTo(CloseReason.NOT_READY));
		}
	}

	private static JwtAccessTokens checking(JWKSource<SecurityContext> published) {
		return new JwtAccessTokens("push", List.of(), published, Schedulers.immediate(),
				Clock.fixed(NOW, ZoneOffset.UTC));
	}

	private static String signed(ECKey key, String type, @Nullable String audience) throws JOSEException {
		JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256).type(new JOSEObjectType(type))
			.keyID(key.getKeyID())
			.build();
		JWTClaimsSet claims = new JWTClaimsSet.Builder().issuer("push")
			.subject(CLAIMS.keySha256())
			.audience(audience)
			.expirationTime(Date.from(CLAIMS.expiresAt()))
			.build();
		SignedJWT jwt = new SignedJWT(header, claims);
		jwt.sign(new ECDSASigner(key));
		return jwt.serialize();
	}

	@ParameterizedTest
	@MethodSource("pairs")
	void tokenOfAPrivateKeyIsCheckedWithThePublishedKey(TokenKey pair, String algorithm)
			throws IOException, ParseException {
		JwtAccessTokens issuing = tokens(NOW, pair, SECOND);
		String token = issuing.issue(CLAIMS);
		assertThat(SignedJWT.parse(token).getHeader().getAlgorithm().getName()).isEqualTo(algorithm);
		assertThat(SignedJWT.parse(token).getHeader().getKeyID()).isEqualTo(pair.id());
		assertThat(issuing.verify(token).block()).isEqualTo(CLAIMS);
		assertThat(issuing.verify(tokens(NOW, SECOND).issue(CLAIMS)).block()).isEqualTo(CLAIMS);
		JWKSet published = JWKSet.parse(issuing.publicKeys());
		assertThat(published.getKeys()).singleElement().satisfies((key) -> {
			assertThat(key.isPrivate()).isFalse();
			assertThat(key.getKeyID()).isEqualTo(pair.id());
			assertThat(key.getAlgorithm().getName()).isEqualTo(algorithm);
		});
		assertThat(checking(published).verify(token).block()).isEqualTo(CLAIMS);
		assertRefused(checking(new JWKSet()), token, CloseReason.UNAUTHORIZED);
		assertRefused(tokens(NOW, SECOND), token, CloseReason.UNAUTHORIZED);
	}

	static Stream<Arguments> pairs() throws JOSEException {
		return Stream.of(
				Arguments.of(TokenKey.ofJwk("named", new ECKeyGenerator(Curve.P_256).generate().toString()), "ES256"),
				Arguments.of(TokenKey.ofJwk(null, new ECKeyGenerator(Curve.P_384).keyID("own").generate().toString()),
						"ES384"),
				Arguments.of(TokenKey.ofJwk(null, new RSAKeyGenerator(2048).generate().toString()), "RS256"),
				Arguments.of(
						TokenKey.ofJwk(null,
								new RSAKeyGenerator(2048).algorithm(JWSAlgorithm.PS256).generate().toString()),
						"PS256"));
	}

	@Test
	void pairsAreRotatedWithoutATokenBeingRefused() throws JOSEException, ParseException {
		TokenKey former = TokenKey.ofJwk("former", new ECKeyGenerator(Curve.P_256).generate().toString());
		TokenKey next = TokenKey.ofJwk("next", new RSAKeyGenerator(2048).generate().toString());
		String before = tokens(NOW, former).issue(CLAIMS);
		JwtAccessTokens rotated = tokens(NOW, next, former);
		JwtAccessTokens checking = checking(JWKSet.parse(rotated.publicKeys()));
		for (String token : List.of(before, rotated.issue(CLAIMS))) {
			assertThat(rotated.verify(token).block()).isEqualTo(CLAIMS);
			assertThat(checking.verify(token).block()).isEqualTo(CLAIMS);
		}
		assertRefused(tokens(NOW, next), before, CloseReason.UNAUTHORIZED);
	}

	/** Whoever takes a public key for a secret could make tokens. */
	@Test
	void publishedKeyIsNoSecret() throws JOSEException {
		RSAKey pair = new RSAKeyGenerator(2048).keyID("rsa").generate();
		JwtAccessTokens checking = tokens(NOW, TokenKey.ofJwk(null, pair.toString()));
		byte[] known = pair.toRSAPublicKey().getEncoded();
		assertRefused(checking, tokens(NOW, new TokenKey("rsa", known)).issue(CLAIMS), CloseReason.UNAUTHORIZED);
	}

	@Test
	void secretsAreNotPublished() {
		assertThat(this.tokens.publicKeys()).isNull();
	}

	@Test
	void keysThatCannotBeUsedAreRefusedWithoutBeingPrinted() throws JOSEException {
		String publicOnly = new ECKeyGenerator(Curve.P_256).generate().toPublicJWK().toString();
		String otherCurve = new ECKeyGenerator(Curve.P_521).generate().toString();
		String shortKey = new RSAKeyGenerator(1024, true).generate().toString();
		Map<String, String> problems = Map.of(publicOnly, "a key of tokens must have its private part", otherCurve,
				"an elliptic curve of tokens must be P-256 or P-384, but is P-521", shortKey,
				"an RSA key of tokens must have at least 2048 bits, but has 1024", "{\"d\":\"secret\"}",
				"a key of tokens must be a JWK");
		problems.forEach(
				(json, problem) -> assertThatIllegalArgumentException().isThrownBy(() -> TokenKey.ofJwk("id", json))
					.withMessage(problem));
		TokenKey key = TokenKey.ofJwk("id", new ECKeyGenerator(Curve.P_256).generate().toString());
		assertThat(key).hasToString("TokenKey[id=id, algorithm=ES256]");
	}

	private static JwtAccessTokens checking(JWKSet published) {
		return checking(new ImmutableJWKSet<>(published));
	}

	@Test
	void secretMustBeAsLongAsTheHash() {
		assertThatIllegalArgumentException().isThrownBy(() -> new TokenKey("short", new byte[31]))
			.withMessage("the secret of key 'short' must have at least 32 bytes, but has 31");
		assertThat(FIRST.toString()).doesNotContain("aaaa");
	}

	@Test
	void keysNeedDifferentIds() {
		assertThatIllegalArgumentException().isThrownBy(() -> tokens(NOW, FIRST, FIRST))
			.withMessage("keys of tokens must have different ids");
	}

	@Test
	void lifetimeIsToldInWholeSeconds() {
		TokenClaims odd = new TokenClaims(CLAIMS.keySha256(), CLAIMS.flagSet(), null,
				NOW.plus(Duration.ofMillis(60_900)));
		TokenClaims read = this.tokens.verify(this.tokens.issue(odd)).block();
		assertThat(read.expiresAt()).isEqualTo(NOW.plusSeconds(60));
	}

}
