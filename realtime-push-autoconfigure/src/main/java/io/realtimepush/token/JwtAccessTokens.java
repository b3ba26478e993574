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

import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Set;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.session.AccessTokens;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.session.TokenClaims;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import org.springframework.util.Assert;

/**
 * Access tokens as JWTs (RFC 7519): {@code iss}, {@code sub} the hash of the SDK key,
 * {@code aud} the flag set, {@code exp}, {@code nbf} if it is given, and {@code instance}
 * if the token is for one process only. Tokens of our own are signed with a secret or
 * with a private key, whose public part may be published; those of another issuer are
 * checked with its published keys.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class JwtAccessTokens implements AccessTokens {

	private static final Log logger = LogFactory.getLog(JwtAccessTokens.class);

	/** What every JWT starts with: the begin of a JSON object in base64url. */
	private static final String PREFIX = "eyJ";

	/** Says that this is a token of ours, so that no other JWT passes for one. */
	private static final JOSEObjectType TYPE = new JOSEObjectType("rtp+jwt");

	private static final String INSTANCE = "instance";

	/** How far the clock of another issuer may be ahead. */
	private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

	private final String issuer;

	private static final Set<JWSAlgorithm> PAIRS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256,
			JWSAlgorithm.ES384);

	private static final Set<JWSAlgorithm> ALL = Set.of(JWSAlgorithm.HS256, JWSAlgorithm.RS256, JWSAlgorithm.PS256,
			JWSAlgorithm.ES256, JWSAlgorithm.ES384);

	private final List<TokenKey> keys;

	private final @Nullable JWSSigner signer;

	private final DefaultJWTProcessor<SecurityContext> own;

	private final @Nullable DefaultJWTProcessor<SecurityContext> other;

	private final Scheduler blocking;

	private volatile boolean issuerFails;

	private final Clock clock;

	/**
	 * Create tokens.
	 * @param issuer name of who makes the tokens; those of others are refused
	 * @param keys the keys that tokens are checked with, the first one signs; may be
	 * empty if {@code published} is there
	 * @param published the keys of another issuer, which may block to get them, or
	 * {@code null}
	 * @param blocking where they are got
	 * @param clock tells when a token has ended
	 * @throws IllegalArgumentException if there is neither a key nor another issuer, or
	 * two keys have one id
	 */
	public JwtAccessTokens(String issuer, List<TokenKey> keys, @Nullable JWKSource<SecurityContext> published,
			Scheduler blocking, Clock clock) {
		Assert.isTrue(!keys.isEmpty() || published != null, "tokens need a key to be checked with");
		Assert.isTrue(keys.stream().map(TokenKey::id).distinct().count() == keys.size(),
				"keys of tokens must have different ids");
		this.issuer = issuer;
		this.blocking = blocking;
		this.clock = clock;
		this.keys = List.copyOf(keys);
		this.signer = keys.isEmpty() ? null : keys.get(0).signer();
		this.own = processor(ALL, new ImmutableJWKSet<>(new JWKSet(keys.stream().map(TokenKey::jwk).toList())));
		this.other = (published != null) ? processor(PAIRS, published) : null;
	}

	private static DefaultJWTProcessor<SecurityContext> processor(Set<JWSAlgorithm> algorithms,
			JWKSource<SecurityContext> keys) {
		DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
		processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(TYPE));
		processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms, keys));
		// Claims are checked below, by our clock
		processor.setJWTClaimsSetVerifier((claims, context) -> {
		});
		return processor;
	}

	@Override
	public boolean isToken(String credential) {
		return credential.startsWith(PREFIX) && credential.chars().filter((c) -> c == '.').count() == 2;
	}

	@Override
	public Mono<TokenClaims> verify(String token) {
		SignedJWT jwt;
		try {
			jwt = SignedJWT.parse(token);
		}
		catch (ParseException ex) {
			return Mono.error(unauthorized());
		}
		if (isOwn(jwt.getHeader())) {
			return Mono.fromCallable(() -> check(this.own, jwt));
		}
		DefaultJWTProcessor<SecurityContext> processor = this.other;
		return (processor != null) ? Mono.fromCallable(() -> check(processor, jwt)).subscribeOn(this.blocking)
				: Mono.error(unauthorized());
	}

	private boolean isOwn(JWSHeader header) {
		return JWSAlgorithm.HS256.equals(header.getAlgorithm())
				|| this.keys.stream().anyMatch((key) -> key.id().equals(header.getKeyID()));
	}

	private TokenClaims check(DefaultJWTProcessor<SecurityContext> processor, SignedJWT jwt) throws JOSEException {
		try {
			TokenClaims claims = claims(processor.process(jwt, null));
			// Not by a token that is refused, which may be so before the keys are needed
			this.issuerFails &= processor != this.other;
			return claims;
		}
		catch (KeySourceException ex) {
			if (ex instanceof RateLimitReachedException && !this.issuerFails) {
				// The key is unknown, and was asked for a moment ago
				throw unauthorized();
			}
			if (!this.issuerFails) {
				this.issuerFails = true;
				logger.warn("the keys of issuer '" + this.issuer + "' cannot be read, so its tokens cannot be checked: "
						+ ex.getMessage());
			}
			throw new SessionRejectedException(CloseReason.NOT_READY, "this token cannot be checked now");
		}
		catch (BadJOSEException | ParseException | IllegalArgumentException ex) {
			throw unauthorized();
		}
	}

	private TokenClaims claims(JWTClaimsSet claims) throws ParseException {
		Date end = claims.getExpirationTime();
		String key = claims.getSubject();
		if (!this.issuer.equals(claims.getIssuer()) || end == null || key == null || claims.getAudience().size() != 1) {
			throw unauthorized();
		}
		if (!end.toInstant().isAfter(this.clock.instant())) {
			throw new SessionRejectedException(CloseReason.TOKEN_EXPIRED, CloseReason.TOKEN_EXPIRED.text());
		}
		Date begin = claims.getNotBeforeTime();
		if (begin != null && begin.toInstant().isAfter(this.clock.instant().plus(CLOCK_SKEW))) {
			throw unauthorized();
		}
		return new TokenClaims(key, FlagSetId.of(claims.getAudience().get(0)), claims.getStringClaim(INSTANCE),
				end.toInstant());
	}

	private static SessionRejectedException unauthorized() {
		return new SessionRejectedException(CloseReason.UNAUTHORIZED, CloseReason.UNAUTHORIZED.text());
	}

	@Override
	public @Nullable String publicKeys() {
		List<JWK> pairs = this.keys.stream().filter(TokenKey::isPair).map(TokenKey::jwk).toList();
		return pairs.isEmpty() ? null : new JWKSet(pairs).toString(true);
	}

	@Override
	public boolean canIssue() {
		return this.signer != null;
	}

	@Override
	public String issue(TokenClaims claims) {
		JWSSigner first = this.signer;
		Assert.state(first != null, "there is no key to sign tokens with");
		TokenKey key = this.keys.get(0);
		JWSHeader header = new JWSHeader.Builder(key.algorithm()).type(TYPE).keyID(key.id()).build();
		JWTClaimsSet.Builder content = new JWTClaimsSet.Builder().issuer(this.issuer)
			.subject(claims.keySha256())
			.audience(claims.flagSet().name())
			.issueTime(Date.from(this.clock.instant()))
			.expirationTime(Date.from(claims.expiresAt()));
		if (claims.instance() != null) {
			content.claim(INSTANCE, claims.instance());
		}
		SignedJWT jwt = new SignedJWT(header, content.build());
		try {
			jwt.sign(first);
			return jwt.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException("a token could not be signed", ex);
		}
	}

}
