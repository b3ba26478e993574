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

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.List;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link JwtAccessTokens}.
 */
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
		JwtAccessTokens checking = new JwtAccessTokens("push", List.of(), published, Schedulers.immediate(),
				Clock.fixed(NOW, ZoneOffset.UTC));
		assertThat(checking.canIssue()).isFalse();
		assertThat(checking.verify(signed(key, "rtp+jwt", "shop/production")).block()).isEqualTo(CLAIMS);
		assertRefused(checking, signed(key, "at+jwt", "shop/production"), CloseReason.UNAUTHORIZED);
		assertRefused(checking, signed(key, "rtp+jwt", null), CloseReason.UNAUTHORIZED);
		assertRefused(checking, this.tokens.issue(CLAIMS), CloseReason.UNAUTHORIZED);
		ECKey stranger = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
		assertRefused(checking, signed(stranger, "rtp+jwt", "shop/production"), CloseReason.UNAUTHORIZED);
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
