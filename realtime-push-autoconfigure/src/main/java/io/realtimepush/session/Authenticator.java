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

package io.realtimepush.session;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import io.realtimepush.flags.SdkKey;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.MessageReader;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Finds out who is behind a credential, which is an SDK key or an access token.
 *
 * @param registry the keys that are let in
 * @param tokens makes and checks access tokens, or {@code null} if there are none
 * @param admission counts failed logins
 * @param context times and limits
 */
record Authenticator(SdkKeyRegistry registry, @Nullable AccessTokens tokens, Admission admission,
		SessionContext context) {

	/**
	 * Find out who is asking. An unknown credential counts as a failed login.
	 * @return the key and the token, or the error {@link SessionRejectedException}
	 */
	Mono<Identity> identify(PushRequest request) {
		return Mono.defer(() -> {
			Credential credential = request.credential();
			InetAddress address = request.peer().address();
			this.admission.checkFailures(address);
			if (credential == null || credential.text().length() > MessageReader.MAX_CREDENTIAL_LENGTH) {
				return Mono.error(new SessionRejectedException(CloseReason.UNAUTHORIZED));
			}
			AccessTokens known = this.tokens;
			Mono<Identity> identity = (known != null && known.isToken(credential.text()))
					? byToken(known, credential.text()) : byKey(credential);
			return identity.switchIfEmpty(Mono.error(() -> new SessionRejectedException(CloseReason.UNAUTHORIZED)))
				.doOnNext((found) -> checkOrigin(request.peer(), found.details()))
				.doOnError(SessionRejectedException.class, (ex) -> {
					if (ex.closeReason() == CloseReason.UNAUTHORIZED) {
						this.admission.failed(address);
					}
				});
		});
	}

	private Mono<Identity> byKey(Credential credential) {
		return find(SdkKey.sha256(credential.text())).map((details) -> {
			if (credential.inUrl() && details.key().kind() == SdkKey.Kind.SERVER) {
				throw new SessionRejectedException(CloseReason.SERVER_KEY_IN_URL);
			}
			return new Identity(details, null);
		});
	}

	/** A token is worth what its key is worth now, for the flag set it was made for. */
	private Mono<Identity> byToken(AccessTokens known, String token) {
		return this.context.await(known.verify(token), this.context.settings().loadTimeout()).flatMap((claims) -> {
			Mono<SdkKeyDetails> key = find(claims.keySha256());
			return key.map((details) -> {
				if (!details.flagSet().equals(claims.flagSet())) {
					throw new SessionRejectedException(CloseReason.TOKEN_EXPIRED);
				}
				return new Identity(details, claims);
			});
		});
	}

	/**
	 * Make a token for a process.
	 * @throws SessionRejectedException if there are no tokens, or for a token
	 */
	String issueToken(Identity identity, @Nullable String instance, Duration lifetime) {
		AccessTokens known = this.tokens;
		if (known == null || !known.canIssue()) {
			throw new SessionRejectedException(CloseReason.NOT_FOUND, "this server makes no access tokens");
		}
		if (identity.token() != null) {
			throw new SessionRejectedException(CloseReason.UNAUTHORIZED,
					"an access token is made for an SDK key, not for another token");
		}
		SdkKeyDetails details = identity.details();
		// Tokens tell whole seconds
		Instant end = this.context.now().plus(lifetime).plusMillis(999).truncatedTo(ChronoUnit.SECONDS);
		return known.issue(new TokenClaims(details.key().sha256(), details.flagSet(), instance, end));
	}

	/** Find what a key allows now. */
	Mono<SdkKeyDetails> find(String sha256) {
		return this.context.await(Mono.defer(() -> this.registry.find(sha256)), this.context.settings().loadTimeout());
	}

	/** Refuse a browser whose page is not one that the key allows. */
	static void checkOrigin(Peer peer, SdkKeyDetails details) {
		if (peer.origin() != null && !peer.sameOrigin() && !details.allowsOrigin(peer.origin())) {
			throw new SessionRejectedException(CloseReason.ORIGIN);
		}
	}

}
