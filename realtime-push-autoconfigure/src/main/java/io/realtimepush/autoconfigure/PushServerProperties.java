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

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import io.realtimepush.flags.SdkKey;
import io.realtimepush.session.SessionSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the push server.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("realtime-push.server")
public class PushServerProperties implements InitializingBean {

	private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

	/**
	 * Whether to serve push endpoints.
	 */
	private boolean enabled = true;

	/**
	 * Base path of the endpoints. Starts with '/' and does not end with it.
	 */
	private String path = "/realtime";

	/**
	 * Port of a server for the endpoints alone. Unless set they are on the port of the
	 * app.
	 */
	private @Nullable Integer port;

	/**
	 * Address that the server of its own listens on. All unless set.
	 */
	private @Nullable InetAddress address;

	/**
	 * Whether the server of its own believes 'Forwarded' and 'X-Forwarded-*'. Only behind
	 * a proxy that overwrites them.
	 */
	private boolean useForwardHeaders;

	/**
	 * SDK keys that are served, each with the flag set that it selects.
	 */
	private List<Key> sdkKeys = new ArrayList<>();

	/**
	 * Longest silence on a connection if the client does not wish another, 5 seconds to 5
	 * minutes.
	 */
	private Duration heartbeatInterval = Duration.ofSeconds(25);

	/**
	 * Time to wait for the login of a WebSocket that came without a credential, 10
	 * milliseconds to 5 minutes.
	 */
	private Duration handshakeTimeout = Duration.ofSeconds(10);

	/**
	 * Time that a request waits for the first load of its flag set, 10 milliseconds to 1
	 * minute.
	 */
	private Duration loadTimeout = Duration.ofSeconds(5);

	/**
	 * Time over which the return of clients is spread at shutdown, and longest time to
	 * wait until they have left. At most 1 hour.
	 */
	private Duration drainTime = Duration.ofSeconds(5);

	/**
	 * Longest time for the answer to a request of a client, 10 milliseconds to 5 minutes.
	 */
	private Duration requestTimeout = Duration.ofSeconds(30);

	/**
	 * Largest message or body of a client, 1KB to 16MB.
	 */
	private DataSize maxMessageSize = DataSize.ofKilobytes(64);

	/**
	 * Whether snapshots and deltas are compressed on WebSockets and event streams of
	 * clients that accept it.
	 */
	private boolean compressStreams = true;

	/**
	 * Time within which the head of a request must have come, 10 milliseconds to 5
	 * minutes, for all endpoints of the app.
	 */
	private Duration requestHeadTimeout = Duration.ofSeconds(10);

	/**
	 * Whether to serve the JavaScript client as 'client.js', with its types as
	 * 'client.d.ts'.
	 */
	private boolean clientScript = true;

	private final Limits limits = new Limits();

	private final Security security = new Security();

	private final Ssl ssl = new Ssl();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public String getPath() {
		return this.path;
	}

	public void setPath(String path) {
		this.path = path;
	}

	public @Nullable Integer getPort() {
		return this.port;
	}

	public void setPort(@Nullable Integer port) {
		this.port = port;
	}

	public @Nullable InetAddress getAddress() {
		return this.address;
	}

	public void setAddress(@Nullable InetAddress address) {
		this.address = address;
	}

	public boolean isUseForwardHeaders() {
		return this.useForwardHeaders;
	}

	public void setUseForwardHeaders(boolean useForwardHeaders) {
		this.useForwardHeaders = useForwardHeaders;
	}

	public List<Key> getSdkKeys() {
		return this.sdkKeys;
	}

	public void setSdkKeys(List<Key> sdkKeys) {
		this.sdkKeys = sdkKeys;
	}

	public Duration getHeartbeatInterval() {
		return this.heartbeatInterval;
	}

	public void setHeartbeatInterval(Duration heartbeatInterval) {
		this.heartbeatInterval = heartbeatInterval;
	}

	public Duration getHandshakeTimeout() {
		return this.handshakeTimeout;
	}

	public void setHandshakeTimeout(Duration handshakeTimeout) {
		this.handshakeTimeout = handshakeTimeout;
	}

	public Duration getLoadTimeout() {
		return this.loadTimeout;
	}

	public void setLoadTimeout(Duration loadTimeout) {
		this.loadTimeout = loadTimeout;
	}

	public Duration getDrainTime() {
		return this.drainTime;
	}

	public void setDrainTime(Duration drainTime) {
		this.drainTime = drainTime;
	}

	public Duration getRequestTimeout() {
		return this.requestTimeout;
	}

	public void setRequestTimeout(Duration requestTimeout) {
		this.requestTimeout = requestTimeout;
	}

	public DataSize getMaxMessageSize() {
		return this.maxMessageSize;
	}

	public void setMaxMessageSize(DataSize maxMessageSize) {
		this.maxMessageSize = maxMessageSize;
	}

	public boolean isCompressStreams() {
		return this.compressStreams;
	}

	public void setCompressStreams(boolean compressStreams) {
		this.compressStreams = compressStreams;
	}

	public Duration getRequestHeadTimeout() {
		return this.requestHeadTimeout;
	}

	public void setRequestHeadTimeout(Duration requestHeadTimeout) {
		this.requestHeadTimeout = requestHeadTimeout;
	}

	public boolean isClientScript() {
		return this.clientScript;
	}

	public void setClientScript(boolean clientScript) {
		this.clientScript = clientScript;
	}

	public Limits getLimits() {
		return this.limits;
	}

	public Security getSecurity() {
		return this.security;
	}

	public Ssl getSsl() {
		return this.ssl;
	}

	@Override
	public void afterPropertiesSet() {
		Duration shortest = Duration.ofMillis(10);
		if (!PATH.matcher(this.path).matches()) {
			throw PropertyCheck.wrong("realtime-push.server.path",
					"must start with '/', must not end with '/', and must have no pattern or other special characters",
					"'" + this.path + "'");
		}
		if (this.port != null) {
			PropertyCheck.between("realtime-push.server.port", this.port, 0, PropertyCheck.MAX_PORT);
		}
		PropertyCheck.between("realtime-push.server.heartbeat-interval", this.heartbeatInterval,
				SessionSettings.MIN_HEARTBEAT, SessionSettings.MAX_HEARTBEAT);
		PropertyCheck.between("realtime-push.server.handshake-timeout", this.handshakeTimeout, shortest,
				Duration.ofMinutes(5));
		PropertyCheck.between("realtime-push.server.load-timeout", this.loadTimeout, shortest, Duration.ofMinutes(1));
		PropertyCheck.between("realtime-push.server.drain-time", this.drainTime, Duration.ZERO, Duration.ofHours(1));
		PropertyCheck.between("realtime-push.server.request-timeout", this.requestTimeout, shortest,
				Duration.ofMinutes(5));
		PropertyCheck.between("realtime-push.server.max-message-size", this.maxMessageSize, DataSize.ofKilobytes(1),
				DataSize.ofMegabytes(16));
		PropertyCheck.between("realtime-push.server.request-head-timeout", this.requestHeadTimeout, shortest,
				Duration.ofMinutes(5));
		this.limits.check();
	}

	/**
	 * An SDK key.
	 */
	public static class Key {

		/**
		 * The key in clear text, or 'sha256:' and the hexadecimal SHA-256 of it.
		 */
		private @Nullable String key;

		/**
		 * Who holds the key. A client key is public and may stand in a URL.
		 */
		private SdkKey.Kind kind = SdkKey.Kind.SERVER;

		/**
		 * Flag set that the key selects.
		 */
		private @Nullable String flagSet;

		/**
		 * Origins that browsers may use the key from, besides the server's own; '*'
		 * allows all.
		 */
		private List<String> allowedOrigins = new ArrayList<>();

		/**
		 * Flags that the key may see: flag keys or patterns with '*'. All if empty.
		 */
		private List<String> flags = new ArrayList<>();

		public @Nullable String getKey() {
			return this.key;
		}

		public void setKey(@Nullable String key) {
			this.key = key;
		}

		public SdkKey.Kind getKind() {
			return this.kind;
		}

		public void setKind(SdkKey.Kind kind) {
			this.kind = kind;
		}

		public @Nullable String getFlagSet() {
			return this.flagSet;
		}

		public void setFlagSet(@Nullable String flagSet) {
			this.flagSet = flagSet;
		}

		public List<String> getAllowedOrigins() {
			return this.allowedOrigins;
		}

		public void setAllowedOrigins(List<String> allowedOrigins) {
			this.allowedOrigins = allowedOrigins;
		}

		public List<String> getFlags() {
			return this.flags;
		}

		public void setFlags(List<String> flags) {
			this.flags = flags;
		}

	}

	/**
	 * How much is let in. 0 switches a limit off.
	 */
	public static class Limits {

		/**
		 * Most connections of all SDK keys together, 0 for no limit.
		 */
		private int maxConnections = 100_000;

		/**
		 * Most connections of one SDK key, 0 for no limit.
		 */
		private int maxConnectionsPerKey;

		/**
		 * Most connections from one address, 0 for no limit. Behind a proxy set
		 * 'server.forward-headers-strategy' too, or 'use-forward-headers' on a port of
		 * its own.
		 */
		private int maxConnectionsPerAddress;

		/**
		 * Most logins of all clients per second, 0 for no limit.
		 */
		private int maxConnectsPerSecond;

		/**
		 * Most failed logins from one address per minute, 0 for no limit.
		 */
		private int maxFailedLogins = 600;

		/**
		 * Most subscriptions of one connection, 0 for no limit.
		 */
		private int maxSubscriptions = 32;

		/**
		 * Most messages of one client per second, after a burst of twice as many. 0 for
		 * no limit.
		 */
		private int maxMessagesPerSecond = 50;

		private void check() {
			PropertyCheck.atLeast("realtime-push.server.limits.max-connections", this.maxConnections, 0);
			PropertyCheck.atLeast("realtime-push.server.limits.max-connections-per-key", this.maxConnectionsPerKey, 0);
			PropertyCheck.atLeast("realtime-push.server.limits.max-connections-per-address",
					this.maxConnectionsPerAddress, 0);
			PropertyCheck.atLeast("realtime-push.server.limits.max-connects-per-second", this.maxConnectsPerSecond, 0);
			PropertyCheck.atLeast("realtime-push.server.limits.max-failed-logins", this.maxFailedLogins, 0);
			PropertyCheck.atLeast("realtime-push.server.limits.max-subscriptions", this.maxSubscriptions, 0);
			PropertyCheck.between("realtime-push.server.limits.max-messages-per-second", this.maxMessagesPerSecond, 0,
					1_000_000);
		}

		public int getMaxConnections() {
			return this.maxConnections;
		}

		public void setMaxConnections(int maxConnections) {
			this.maxConnections = maxConnections;
		}

		public int getMaxConnectionsPerKey() {
			return this.maxConnectionsPerKey;
		}

		public void setMaxConnectionsPerKey(int maxConnectionsPerKey) {
			this.maxConnectionsPerKey = maxConnectionsPerKey;
		}

		public int getMaxConnectionsPerAddress() {
			return this.maxConnectionsPerAddress;
		}

		public void setMaxConnectionsPerAddress(int maxConnectionsPerAddress) {
			this.maxConnectionsPerAddress = maxConnectionsPerAddress;
		}

		public int getMaxConnectsPerSecond() {
			return this.maxConnectsPerSecond;
		}

		public void setMaxConnectsPerSecond(int maxConnectsPerSecond) {
			this.maxConnectsPerSecond = maxConnectsPerSecond;
		}

		public int getMaxFailedLogins() {
			return this.maxFailedLogins;
		}

		public void setMaxFailedLogins(int maxFailedLogins) {
			this.maxFailedLogins = maxFailedLogins;
		}

		public int getMaxSubscriptions() {
			return this.maxSubscriptions;
		}

		public void setMaxSubscriptions(int maxSubscriptions) {
			this.maxSubscriptions = maxSubscriptions;
		}

		public int getMaxMessagesPerSecond() {
			return this.maxMessagesPerSecond;
		}

		public void setMaxMessagesPerSecond(int maxMessagesPerSecond) {
			this.maxMessagesPerSecond = maxMessagesPerSecond;
		}

	}

	/**
	 * TLS of the server of its own.
	 */
	public static class Ssl {

		/**
		 * SSL bundle of the server of its own, which then speaks HTTP/2 too.
		 */
		private @Nullable String bundle;

		public @Nullable String getBundle() {
			return this.bundle;
		}

		public void setBundle(@Nullable String bundle) {
			this.bundle = bundle;
		}

	}

	/**
	 * What to do when Spring Security is there.
	 */
	public static class Security {

		/**
		 * Whether to add a security filter chain for the base path, where our own
		 * authentication decides.
		 */
		private boolean enabled = true;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

	}

}
