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

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.core.io.Resource;

/**
 * Properties of access tokens.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("realtime-push.server.token")
public class AccessTokenProperties implements InitializingBean {

	private static final String PREFIX = "realtime-push.server.token.";

	/** Names on the wire. */
	private static final List<String> OVER_TCP = List.of("websocket", "sse", "long-poll");

	private static final String SSE_H3 = "sse-h3";

	private static final List<String> OVER_QUIC = List.of(SSE_H3, "long-poll-h3");

	private static final List<String> TRANSPORTS = Stream.concat(OVER_TCP.stream(), OVER_QUIC.stream()).toList();

	/** Of clients that try HTTP/3 first where it is served. */
	private static final double QUIC_SHARE = 0.1;

	/**
	 * Whether clients may change their SDK key for an access token, and log in with it.
	 */
	private boolean enabled;

	/**
	 * Name of who makes the tokens. Tokens of another issuer are refused.
	 */
	private String issuer = "realtime-push";

	/**
	 * How long a token lasts, give or take a tenth, 1 minute to 7 days.
	 */
	private Duration lifetime = Duration.ofHours(1);

	/**
	 * Keys that tokens are checked with; the first one signs. List the former key as the
	 * second until its last token has ended.
	 */
	private List<SigningKey> signingKeys = new ArrayList<>();

	/**
	 * URL of the JWK set with the public keys of another issuer.
	 */
	private @Nullable String jwkSetUri;

	/**
	 * Transports that clients are advised, the best first. 'websocket', 'sse' and
	 * 'long-poll' if it is not set, and 'sse-h3' where HTTP/3 is served.
	 */
	private @Nullable List<String> transports;

	/**
	 * Share of clients, 0 to 1, that is told a transport first whatever the order. 0.1 of
	 * 'sse-h3' where HTTP/3 is served, unless set.
	 */
	private Map<String, Double> shares = new LinkedHashMap<>();

	/**
	 * Base URLs that clients are advised, the best first.
	 */
	private List<String> endpoints = new ArrayList<>();

	/**
	 * Addresses that clients are advised to try first, 'ipv4-first' or 'ipv6-first'.
	 */
	private @Nullable AddressFamily addressFamily;

	/**
	 * Share of clients, 0 to 1, that is advised to acknowledge what it applies.
	 */
	private @Nullable Double telemetry;

	@Override
	public void afterPropertiesSet() {
		PropertyCheck.between(PREFIX + "lifetime", this.lifetime, Duration.ofMinutes(1), Duration.ofDays(7));
		List<String> named = (this.transports != null) ? this.transports : TRANSPORTS;
		for (int i = 0; i < named.size(); i++) {
			checkTransport(PREFIX + "transports[" + i + "]", named.get(i), TRANSPORTS);
		}
		double sum = 0;
		for (Map.Entry<String, Double> share : this.shares.entrySet()) {
			String property = PREFIX + "shares." + share.getKey();
			checkTransport(property, share.getKey(), named);
			checkShare(property, share.getValue());
			sum += share.getValue();
		}
		checkShare(PREFIX + "shares", sum);
		if (this.telemetry != null) {
			checkShare(PREFIX + "telemetry", this.telemetry);
		}
	}

	/**
	 * Return what clients are advised.
	 * @param http3 whether HTTP/3 is served
	 */
	List<String> advisedTransports(boolean http3) {
		if (this.transports != null) {
			return this.transports;
		}
		List<String> result = new ArrayList<>(OVER_TCP);
		// Named by a share it is served by other nodes, if not by this one
		OVER_QUIC.stream()
			.filter((name) -> this.shares.containsKey(name) || (http3 && name.equals(SSE_H3)))
			.forEach(result::add);
		return result;
	}

	/**
	 * Return the shares of clients that are advised a transport first.
	 * @param http3 whether HTTP/3 is served
	 */
	Map<String, Double> advisedShares(boolean http3) {
		Map<String, Double> result = new LinkedHashMap<>(this.shares);
		if (http3 && advisedTransports(true).contains(SSE_H3)) {
			double left = 1 - result.values().stream().mapToDouble(Double::doubleValue).sum();
			result.putIfAbsent(SSE_H3, Math.max(0, Math.min(QUIC_SHARE, left)));
		}
		return result;
	}

	private static void checkTransport(String property, String name, List<String> allowed) {
		if (!allowed.contains(name)) {
			throw PropertyCheck.wrong(property, "must be one of " + String.join(", ", allowed), "'" + name + "'");
		}
	}

	private static void checkShare(String property, double share) {
		if (share < 0 || share > 1) {
			throw PropertyCheck.wrong(property, "must be between 0 and 1", String.valueOf(share));
		}
	}

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public String getIssuer() {
		return this.issuer;
	}

	public void setIssuer(String issuer) {
		this.issuer = issuer;
	}

	public Duration getLifetime() {
		return this.lifetime;
	}

	public void setLifetime(Duration lifetime) {
		this.lifetime = lifetime;
	}

	public List<SigningKey> getSigningKeys() {
		return this.signingKeys;
	}

	public void setSigningKeys(List<SigningKey> signingKeys) {
		this.signingKeys = signingKeys;
	}

	public @Nullable String getJwkSetUri() {
		return this.jwkSetUri;
	}

	public void setJwkSetUri(@Nullable String jwkSetUri) {
		this.jwkSetUri = jwkSetUri;
	}

	public @Nullable List<String> getTransports() {
		return this.transports;
	}

	public void setTransports(@Nullable List<String> transports) {
		this.transports = transports;
	}

	public Map<String, Double> getShares() {
		return this.shares;
	}

	public void setShares(Map<String, Double> shares) {
		this.shares = shares;
	}

	public List<String> getEndpoints() {
		return this.endpoints;
	}

	public void setEndpoints(List<String> endpoints) {
		this.endpoints = endpoints;
	}

	public @Nullable AddressFamily getAddressFamily() {
		return this.addressFamily;
	}

	public void setAddressFamily(@Nullable AddressFamily addressFamily) {
		this.addressFamily = addressFamily;
	}

	public @Nullable Double getTelemetry() {
		return this.telemetry;
	}

	public void setTelemetry(@Nullable Double telemetry) {
		this.telemetry = telemetry;
	}

	/**
	 * A key that tokens are signed and checked with.
	 */
	public static class SigningKey {

		/**
		 * Name of the key, which tokens carry. For a private key its hash if it is not
		 * set.
		 */
		private @Nullable String id;

		/**
		 * The secret in Base64, at least 32 bytes: 'openssl rand -base64 32' makes one.
		 */
		private @Nullable String secret;

		/**
		 * File with a private key, in place of a secret: PEM, or a JWK. Its public key is
		 * published, so that other apps can check tokens.
		 */
		private @Nullable Resource location;

		public @Nullable String getId() {
			return this.id;
		}

		public void setId(@Nullable String id) {
			this.id = id;
		}

		public @Nullable String getSecret() {
			return this.secret;
		}

		public void setSecret(@Nullable String secret) {
			this.secret = secret;
		}

		public @Nullable Resource getLocation() {
			return this.location;
		}

		public void setLocation(@Nullable Resource location) {
			this.location = location;
		}

	}

	/**
	 * Which addresses to try first.
	 */
	public enum AddressFamily {

		/**
		 * IPv4 addresses first.
		 */
		IPV4_FIRST("ipv4-first"),

		/**
		 * IPv6 addresses first.
		 */
		IPV6_FIRST("ipv6-first");

		private final String wireName;

		AddressFamily(String wireName) {
			this.wireName = wireName;
		}

		String wireName() {
			return this.wireName;
		}

	}

}
