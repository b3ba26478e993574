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

import io.realtimepush.transport.http3.Http3Settings;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the server for HTTP/3.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("realtime-push.server.http3")
public class Http3Properties implements InitializingBean {

	private static final String PREFIX = "realtime-push.server.http3.";

	/** Of a request that waits to be read, besides its body. */
	private static final int HEAD_SIZE = 16 * 1024;

	/**
	 * Whether to serve the endpoints over HTTP/3 too. Needs the native library of Netty's
	 * QUIC codec.
	 */
	private boolean enabled;

	/**
	 * UDP port to listen on. The number of the TCP port unless set.
	 */
	private @Nullable Integer port;

	/**
	 * UDP port that clients are told of, where something before the server maps it. The
	 * one that is listened on unless set.
	 */
	private @Nullable Integer advertisedPort;

	/**
	 * How long clients may remember that there is HTTP/3, at most 30 days, 0 to tell them
	 * nothing.
	 */
	private Duration advertisedFor = Duration.ofHours(24);

	/**
	 * How long a connection may be silent, 10 seconds to 15 minutes. Must be at least
	 * twice the heartbeat interval.
	 */
	private Duration idleTimeout = Duration.ofSeconds(75);

	/**
	 * Most connections, whether or not somebody has logged in over them.
	 */
	private int maxConnections = 10_000;

	/**
	 * Connections that may be in their handshake before clients have to prove their
	 * address, which takes a further round trip. 0 has all clients prove it.
	 */
	private int maxHandshakes = 100;

	/**
	 * Most requests at the same time on one connection, 1 to 10,000.
	 */
	private int maxStreams = 100;

	private final Ssl ssl = new Ssl();

	@Override
	public void afterPropertiesSet() {
		if (this.port != null) {
			PropertyCheck.between(PREFIX + "port", this.port, 0, PropertyCheck.MAX_PORT);
		}
		if (this.advertisedPort != null) {
			PropertyCheck.between(PREFIX + "advertised-port", this.advertisedPort, 1, PropertyCheck.MAX_PORT);
		}
		PropertyCheck.between(PREFIX + "advertised-for", this.advertisedFor, Duration.ZERO, Duration.ofDays(30));
		PropertyCheck.between(PREFIX + "idle-timeout", this.idleTimeout, Duration.ofSeconds(10),
				Duration.ofMinutes(15));
		PropertyCheck.atLeast(PREFIX + "max-connections", this.maxConnections, 1);
		PropertyCheck.atLeast(PREFIX + "max-handshakes", this.maxHandshakes, 0);
		PropertyCheck.between(PREFIX + "max-streams", this.maxStreams, 1, 10_000);
	}

	Http3Settings settings(PushServerProperties server) {
		Duration twice = server.getHeartbeatInterval().multipliedBy(2);
		if (this.idleTimeout.compareTo(twice) < 0) {
			throw PropertyCheck
				.wrong(PREFIX + "idle-timeout",
						"must be at least twice 'realtime-push.server.heartbeat-interval', which is "
								+ PropertyCheck.text(server.getHeartbeatInterval()),
						PropertyCheck.text(this.idleTimeout));
		}
		return new Http3Settings(this.idleTimeout, this.maxConnections, this.maxHandshakes, this.maxStreams,
				(int) server.getMaxMessageSize().toBytes() + HEAD_SIZE, server.getRequestHeadTimeout());
	}

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable Integer getPort() {
		return this.port;
	}

	public void setPort(@Nullable Integer port) {
		this.port = port;
	}

	public @Nullable Integer getAdvertisedPort() {
		return this.advertisedPort;
	}

	public void setAdvertisedPort(@Nullable Integer advertisedPort) {
		this.advertisedPort = advertisedPort;
	}

	public Duration getAdvertisedFor() {
		return this.advertisedFor;
	}

	public void setAdvertisedFor(Duration advertisedFor) {
		this.advertisedFor = advertisedFor;
	}

	public Duration getIdleTimeout() {
		return this.idleTimeout;
	}

	public void setIdleTimeout(Duration idleTimeout) {
		this.idleTimeout = idleTimeout;
	}

	public int getMaxConnections() {
		return this.maxConnections;
	}

	public void setMaxConnections(int maxConnections) {
		this.maxConnections = maxConnections;
	}

	public int getMaxHandshakes() {
		return this.maxHandshakes;
	}

	public void setMaxHandshakes(int maxHandshakes) {
		this.maxHandshakes = maxHandshakes;
	}

	public int getMaxStreams() {
		return this.maxStreams;
	}

	public void setMaxStreams(int maxStreams) {
		this.maxStreams = maxStreams;
	}

	public Ssl getSsl() {
		return this.ssl;
	}

	/**
	 * The certificate.
	 */
	public static class Ssl {

		/**
		 * SSL bundle of the server for HTTP/3. The certificate of the server for TCP
		 * unless set.
		 */
		private @Nullable String bundle;

		public @Nullable String getBundle() {
			return this.bundle;
		}

		public void setBundle(@Nullable String bundle) {
			this.bundle = bundle;
		}

	}

}
