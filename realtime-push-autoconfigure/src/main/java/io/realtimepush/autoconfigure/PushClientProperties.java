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

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.realtimepush.client.AddressFamily;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the push client.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("realtime-push.client")
public class PushClientProperties extends ClientFlagSetProperties implements InitializingBean {

	private static final String PREFIX = "realtime-push.client.";

	private static final int MAX_LABELS = 16;

	private static final int MAX_LABEL_NAME = 64;

	private static final int MAX_LABEL_VALUE = 128;

	/**
	 * URL of the push server with its base path, for instance
	 * 'https://push.example.com/realtime'. Switches the client on.
	 */
	private @Nullable String url;

	/**
	 * URLs of further servers, to go to when the first cannot be reached.
	 */
	private List<String> endpoints = new ArrayList<>();

	/**
	 * What the client says about itself to the server app, besides a random name.
	 */
	private Map<String, String> labels = new LinkedHashMap<>();

	/**
	 * Further flag sets over the same connection, each with its own SDK key.
	 */
	private List<ClientFlagSetProperties> subscriptions = new ArrayList<>();

	/**
	 * When to connect: 'early' before the web server starts, 'late' when the app is
	 * ready, 'manual' when the app calls PushClient.start().
	 */
	private ConnectPhase connect = ConnectPhase.LATE;

	/**
	 * How long the start of the app waits for the first connection, at most 10 minutes.
	 */
	private Duration initialWait = Duration.ofSeconds(5);

	/**
	 * Whether the app refuses to start if there is no connection after the initial wait.
	 */
	private boolean failFast;

	/**
	 * File in which the last flag set outlives the app.
	 */
	private @Nullable Path cacheFile;

	/**
	 * Whether the access token is kept in the cache file too.
	 */
	private boolean cacheToken;

	/**
	 * Transports to use, the best first. 'websocket', 'sse', 'long-poll' and 'pull' if it
	 * is not set, and 'sse-h3' before the last where the URL is https and the library for
	 * HTTP/3 is there. 'long-poll-h3' only if it is named.
	 */
	private @Nullable List<ClientTransportName> transports;

	/**
	 * How messages are written on a WebSocket, if the server can do so too. 'cbor' needs
	 * Jackson's data format for it on the class path.
	 */
	private Encoding encoding = Encoding.JSON;

	/**
	 * Wished heartbeat interval, 5 seconds to 5 minutes. The server decides if it is not
	 * set.
	 */
	private @Nullable Duration heartbeatInterval;

	/**
	 * Which addresses of a server are tried first: 'any', 'ipv4-first' or 'ipv6-first'.
	 */
	private AddressFamily addressFamily = AddressFamily.ANY;

	/**
	 * URLs of name servers to ask over HTTPS before the resolver of the platform. Not
	 * asked if there is a proxy.
	 */
	private List<String> dnsServers = new ArrayList<>();

	/**
	 * Time between two pulls where no other transport gets through, 100 milliseconds to 1
	 * hour, varied by a fifth.
	 */
	private Duration pullInterval = Duration.ofSeconds(5);

	/**
	 * How long a transport that does not get through is not tried again at first, 1
	 * second to 24 hours.
	 */
	private Duration retryTransportAfter = Duration.ofMinutes(5);

	/**
	 * Limit of the random delay before the second attempt, 1 millisecond to 1 minute. It
	 * doubles with each further one.
	 */
	private Duration minBackOff = Duration.ofMillis(500);

	/**
	 * Longest random delay between attempts, from 'min-back-off' to 1 hour.
	 */
	private Duration maxBackOff = Duration.ofSeconds(30);

	/**
	 * How long acknowledgements are collected before they are sent, 1 millisecond to 5
	 * minutes.
	 */
	private Duration ackInterval = Duration.ofSeconds(1);

	/**
	 * Largest message that is read, 64KB to 1GB.
	 */
	private DataSize maxMessageSize = DataSize.ofMegabytes(64);

	/**
	 * Longest time that a request to the server app may take, 1 millisecond to 1 hour.
	 */
	private Duration requestTimeout = Duration.ofSeconds(10);

	/**
	 * Most requests that wait for a connection or an answer, at least 1.
	 */
	private int maxRequests = 256;

	/**
	 * Whether to check the connection when the addresses of the machine change.
	 */
	private boolean watchAddresses = true;

	private final Timeout timeout = new Timeout();

	private final Proxy proxy = new Proxy();

	private final Ssl ssl = new Ssl();

	private final Http3 http3 = new Http3();

	@Override
	public void afterPropertiesSet() {
		Duration shortest = Duration.ofMillis(1);
		PropertyCheck.between(PREFIX + "initial-wait", this.initialWait, Duration.ZERO, Duration.ofMinutes(10));
		if (this.failFast && this.initialWait.isZero()) {
			throw PropertyCheck.wrong(PREFIX + "initial-wait",
					"must be longer if 'fail-fast' is true, which waits for a " + "connection",
					PropertyCheck.text(this.initialWait));
		}
		if (this.heartbeatInterval != null) {
			PropertyCheck.between(PREFIX + "heartbeat-interval", this.heartbeatInterval, Duration.ofSeconds(5),
					Duration.ofMinutes(5));
		}
		PropertyCheck.between(PREFIX + "pull-interval", this.pullInterval, Duration.ofMillis(100), Duration.ofHours(1));
		PropertyCheck.between(PREFIX + "retry-transport-after", this.retryTransportAfter, Duration.ofSeconds(1),
				Duration.ofHours(24));
		PropertyCheck.between(PREFIX + "min-back-off", this.minBackOff, shortest, Duration.ofMinutes(1));
		PropertyCheck.between(PREFIX + "max-back-off", this.maxBackOff, this.minBackOff, Duration.ofHours(1));
		PropertyCheck.between(PREFIX + "ack-interval", this.ackInterval, shortest, Duration.ofMinutes(5));
		PropertyCheck.between(PREFIX + "max-message-size", this.maxMessageSize, DataSize.ofKilobytes(64),
				DataSize.ofGigabytes(1));
		PropertyCheck.between(PREFIX + "request-timeout", this.requestTimeout, shortest, Duration.ofHours(1));
		PropertyCheck.atLeast(PREFIX + "max-requests", this.maxRequests, 1);
		PropertyCheck.between(PREFIX + "http3.connect-timeout", this.http3.getConnectTimeout(), Duration.ofMillis(10),
				Duration.ofMinutes(1));
		if (this.transports != null && this.transports.isEmpty()) {
			throw PropertyCheck.wrong(PREFIX + "transports", "must name at least one transport", "an empty list");
		}
		checkLabels();
		this.timeout.check();
		this.proxy.check();
	}

	private void checkLabels() {
		String property = PREFIX + "labels";
		if (this.labels.size() > MAX_LABELS) {
			throw PropertyCheck.wrong(property, "must have at most " + MAX_LABELS + " entries",
					String.valueOf(this.labels.size()));
		}
		this.labels.forEach((name, value) -> {
			if (name.isEmpty() || name.length() > MAX_LABEL_NAME || value.length() > MAX_LABEL_VALUE) {
				throw PropertyCheck.wrong(property + "." + name, "must have a name of 1 to " + MAX_LABEL_NAME
						+ " and a value of at most " + MAX_LABEL_VALUE + " characters", "'" + value + "'");
			}
		});
	}

	public @Nullable String getUrl() {
		return this.url;
	}

	public void setUrl(@Nullable String url) {
		this.url = url;
	}

	public List<String> getEndpoints() {
		return this.endpoints;
	}

	public void setEndpoints(List<String> endpoints) {
		this.endpoints = endpoints;
	}

	public Map<String, String> getLabels() {
		return this.labels;
	}

	public void setLabels(Map<String, String> labels) {
		this.labels = labels;
	}

	public List<ClientFlagSetProperties> getSubscriptions() {
		return this.subscriptions;
	}

	public void setSubscriptions(List<ClientFlagSetProperties> subscriptions) {
		this.subscriptions = subscriptions;
	}

	public ConnectPhase getConnect() {
		return this.connect;
	}

	public void setConnect(ConnectPhase connect) {
		this.connect = connect;
	}

	public Duration getInitialWait() {
		return this.initialWait;
	}

	public void setInitialWait(Duration initialWait) {
		this.initialWait = initialWait;
	}

	public boolean isFailFast() {
		return this.failFast;
	}

	public void setFailFast(boolean failFast) {
		this.failFast = failFast;
	}

	public @Nullable Path getCacheFile() {
		return this.cacheFile;
	}

	public void setCacheFile(@Nullable Path cacheFile) {
		this.cacheFile = cacheFile;
	}

	public boolean isCacheToken() {
		return this.cacheToken;
	}

	public void setCacheToken(boolean cacheToken) {
		this.cacheToken = cacheToken;
	}

	public @Nullable List<ClientTransportName> getTransports() {
		return this.transports;
	}

	public void setTransports(@Nullable List<ClientTransportName> transports) {
		this.transports = transports;
	}

	public Encoding getEncoding() {
		return this.encoding;
	}

	public void setEncoding(Encoding encoding) {
		this.encoding = encoding;
	}

	public @Nullable Duration getHeartbeatInterval() {
		return this.heartbeatInterval;
	}

	public void setHeartbeatInterval(@Nullable Duration heartbeatInterval) {
		this.heartbeatInterval = heartbeatInterval;
	}

	public AddressFamily getAddressFamily() {
		return this.addressFamily;
	}

	public void setAddressFamily(AddressFamily addressFamily) {
		this.addressFamily = addressFamily;
	}

	public List<String> getDnsServers() {
		return this.dnsServers;
	}

	public void setDnsServers(List<String> dnsServers) {
		this.dnsServers = dnsServers;
	}

	public Duration getPullInterval() {
		return this.pullInterval;
	}

	public void setPullInterval(Duration pullInterval) {
		this.pullInterval = pullInterval;
	}

	public Duration getRetryTransportAfter() {
		return this.retryTransportAfter;
	}

	public void setRetryTransportAfter(Duration retryTransportAfter) {
		this.retryTransportAfter = retryTransportAfter;
	}

	public Duration getMinBackOff() {
		return this.minBackOff;
	}

	public void setMinBackOff(Duration minBackOff) {
		this.minBackOff = minBackOff;
	}

	public Duration getMaxBackOff() {
		return this.maxBackOff;
	}

	public void setMaxBackOff(Duration maxBackOff) {
		this.maxBackOff = maxBackOff;
	}

	public Duration getAckInterval() {
		return this.ackInterval;
	}

	public void setAckInterval(Duration ackInterval) {
		this.ackInterval = ackInterval;
	}

	public DataSize getMaxMessageSize() {
		return this.maxMessageSize;
	}

	public void setMaxMessageSize(DataSize maxMessageSize) {
		this.maxMessageSize = maxMessageSize;
	}

	public Duration getRequestTimeout() {
		return this.requestTimeout;
	}

	public void setRequestTimeout(Duration requestTimeout) {
		this.requestTimeout = requestTimeout;
	}

	public int getMaxRequests() {
		return this.maxRequests;
	}

	public void setMaxRequests(int maxRequests) {
		this.maxRequests = maxRequests;
	}

	public boolean isWatchAddresses() {
		return this.watchAddresses;
	}

	public void setWatchAddresses(boolean watchAddresses) {
		this.watchAddresses = watchAddresses;
	}

	public Timeout getTimeout() {
		return this.timeout;
	}

	public Proxy getProxy() {
		return this.proxy;
	}

	public Ssl getSsl() {
		return this.ssl;
	}

	public Http3 getHttp3() {
		return this.http3;
	}

	/**
	 * How long the steps to a connection may take.
	 */
	public static class Timeout {

		/**
		 * Exchange of the SDK key for an access token, 10 milliseconds to 10 minutes.
		 */
		private Duration token = Duration.ofSeconds(10);

		/**
		 * Lookup of the addresses of a server, 10 milliseconds to 10 minutes.
		 */
		private Duration resolve = Duration.ofSeconds(5);

		/**
		 * TCP, TLS and the first HTTP exchange, 10 milliseconds to 10 minutes.
		 */
		private Duration connect = Duration.ofSeconds(10);

		/**
		 * Login, until the first flag set is there, 10 milliseconds to 10 minutes.
		 */
		private Duration login = Duration.ofSeconds(15);

		private void check() {
			Duration shortest = Duration.ofMillis(10);
			Duration longest = Duration.ofMinutes(10);
			PropertyCheck.between(PREFIX + "timeout.token", this.token, shortest, longest);
			PropertyCheck.between(PREFIX + "timeout.resolve", this.resolve, shortest, longest);
			PropertyCheck.between(PREFIX + "timeout.connect", this.connect, shortest, longest);
			PropertyCheck.between(PREFIX + "timeout.login", this.login, shortest, longest);
		}

		public Duration getToken() {
			return this.token;
		}

		public void setToken(Duration token) {
			this.token = token;
		}

		public Duration getResolve() {
			return this.resolve;
		}

		public void setResolve(Duration resolve) {
			this.resolve = resolve;
		}

		public Duration getConnect() {
			return this.connect;
		}

		public void setConnect(Duration connect) {
			this.connect = connect;
		}

		public Duration getLogin() {
			return this.login;
		}

		public void setLogin(Duration login) {
			this.login = login;
		}

	}

	/**
	 * HTTP proxy that all connections go through.
	 */
	public static class Proxy {

		/**
		 * Host of the proxy. There is none if it is not set.
		 */
		private @Nullable String host;

		/**
		 * Port of the proxy.
		 */
		private int port = 8080;

		/**
		 * Name to authenticate with.
		 */
		private @Nullable String username;

		/**
		 * Password to authenticate with.
		 */
		private @Nullable String password;

		private void check() {
			PropertyCheck.between(PREFIX + "proxy.port", this.port, 1, 65_535);
		}

		public @Nullable String getHost() {
			return this.host;
		}

		public void setHost(@Nullable String host) {
			this.host = host;
		}

		public int getPort() {
			return this.port;
		}

		public void setPort(int port) {
			this.port = port;
		}

		public @Nullable String getUsername() {
			return this.username;
		}

		public void setUsername(@Nullable String username) {
			this.username = username;
		}

		public @Nullable String getPassword() {
			return this.password;
		}

		public void setPassword(@Nullable String password) {
			this.password = password;
		}

	}

	/**
	 * Encryption.
	 */
	public static class Ssl {

		/**
		 * Name of the SSL bundle with the keys and certificates. Those of the platform if
		 * it is not set.
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
	 * HTTP/3.
	 */
	public static class Http3 {

		/**
		 * How long a QUIC handshake may take before another transport is tried, 10
		 * milliseconds to 1 minute.
		 */
		private Duration connectTimeout = Duration.ofMillis(1500);

		public Duration getConnectTimeout() {
			return this.connectTimeout;
		}

		public void setConnectTimeout(Duration connectTimeout) {
			this.connectTimeout = connectTimeout;
		}

	}

	/**
	 * When to connect.
	 */
	public enum ConnectPhase {

		/**
		 * Before the web server starts.
		 */
		EARLY,

		/**
		 * When the app is ready.
		 */
		LATE,

		/**
		 * When the app says so.
		 */
		MANUAL

	}

	/**
	 * How messages are written.
	 */
	public enum Encoding {

		/**
		 * As JSON.
		 */
		JSON,

		/**
		 * As CBOR, which is shorter.
		 */
		CBOR

	}

	/**
	 * Name of a transport.
	 */
	public enum ClientTransportName {

		/**
		 * Messages both ways over one connection.
		 */
		WEBSOCKET,

		/**
		 * Server-sent events.
		 */
		SSE,

		/**
		 * Requests that are answered when there is something.
		 */
		LONG_POLL,

		/**
		 * Server-sent events over HTTP/3.
		 */
		SSE_H3,

		/**
		 * Requests over HTTP/3 that are answered when there is something.
		 */
		LONG_POLL_H3,

		/**
		 * The flag set is asked for every few seconds.
		 */
		PULL;

		static List<ClientTransportName> byDefault(boolean http3) {
			return http3 ? List.of(WEBSOCKET, SSE, LONG_POLL, SSE_H3, PULL) : List.of(WEBSOCKET, SSE, LONG_POLL, PULL);
		}

		boolean isOverHttp3() {
			return this == SSE_H3 || this == LONG_POLL_H3;
		}

		String wireName() {
			return name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

	}

}
