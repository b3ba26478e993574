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

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

import io.realtimepush.autoconfigure.PushClientProperties.ClientTransportName;
import io.realtimepush.client.ClientSettings;
import io.realtimepush.client.ClientUser;
import io.realtimepush.client.SubscriptionSettings;
import io.realtimepush.client.transport.NettyClientEnvironment;
import io.realtimepush.client.transport.ProxySettings;
import io.realtimepush.client.transport.SystemNameResolver;
import io.realtimepush.client.transport.TlsSettings;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.protocol.MessageEncoding;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Reads the settings of a client from its properties. Each mistake names the property; an
 * SDK key is never printed but masked.
 */
final class ConfiguredPushClient {

	static final String PREFIX = "realtime-push.client";

	private static final String DEFAULT_FLAG_SET = "default";

	private static final int MAX_PATTERNS = 100;

	private final PushClientProperties properties;

	private final Map<FlagSetId, String> flagSets = new LinkedHashMap<>();

	private ConfiguredPushClient(PushClientProperties properties) {
		this.properties = properties;
	}

	/**
	 * Read what a client connects to.
	 * @throws ConfigurationProblemException if a property has a mistake
	 */
	static ClientSettings settings(PushClientProperties properties) {
		return new ConfiguredPushClient(properties).settings();
	}

	private ClientSettings settings() {
		PushClientProperties.Timeout timeout = this.properties.getTimeout();
		return new ClientSettings(endpoints(), subscriptions(), this.properties.getLabels(),
				this.properties.getHeartbeatInterval(), this.properties.getAddressFamily(),
				new ClientSettings.Timeouts(timeout.getToken(), timeout.getResolve(), timeout.getConnect(),
						timeout.getLogin()),
				this.properties.getMinBackOff(), this.properties.getMaxBackOff(), ClientSettings.STABLE_AFTER,
				this.properties.getRetryTransportAfter(), this.properties.getAckInterval(),
				this.properties.getRequestTimeout(), this.properties.getMaxRequests());
	}

	/**
	 * Read how a client connects.
	 * @param properties the properties
	 * @param tls gives keys and certificates
	 */
	static NettyClientEnvironment.Settings environment(PushClientProperties properties, Supplier<TlsSettings> tls) {
		PushClientProperties.Proxy proxy = properties.getProxy();
		String host = proxy.getHost();
		ProxySettings between = StringUtils.hasText(host)
				? new ProxySettings(host, proxy.getPort(), proxy.getUsername(), proxy.getPassword()) : null;
		return new NettyClientEnvironment.Settings(new SystemNameResolver(), nameServers(properties), between, tls,
				properties.getTimeout().getConnect(), (int) properties.getMaxMessageSize().toBytes(),
				transports(properties), properties.getPullInterval(), properties.getHttp3().getConnectTimeout(),
				encoding(properties.getEncoding()));
	}

	private static MessageEncoding encoding(PushClientProperties.Encoding wished) {
		if (wished == PushClientProperties.Encoding.JSON) {
			return MessageEncoding.JSON;
		}
		MessageEncoding cbor = MessageEncoding.cbor();
		if (cbor == null) {
			throw PropertyCheck.wrong(PREFIX + ".encoding",
					"must be 'json' unless tools.jackson.dataformat:jackson-dataformat-cbor is on the class path",
					"'cbor'");
		}
		return cbor;
	}

	/** What needs a library is used unasked only if the library is there. */
	private static List<String> transports(PushClientProperties properties) {
		List<ClientTransportName> named = properties.getTransports();
		boolean http3 = NettyClientEnvironment.isHttp3Available();
		for (int i = 0; named != null && i < named.size(); i++) {
			if (named.get(i).isOverHttp3() && !http3) {
				throw new ConfigurationProblemException(
						"'" + PREFIX + ".transports[" + i + "]' is '" + named.get(i).wireName()
								+ "', but the native library of Netty's QUIC codec cannot be used",
						"Add the dependency io.netty:netty-codec-native-quic, in the version of Netty that the app has "
								+ "and with the classifier of this platform, for instance 'linux-x86_64'.");
			}
		}
		List<ClientTransportName> names = (named != null) ? named : ClientTransportName
			.byDefault(http3 && StringUtils.startsWithIgnoreCase(String.valueOf(properties.getUrl()), "https"));
		return names.stream().map(ClientTransportName::wireName).distinct().toList();
	}

	private static List<URI> nameServers(PushClientProperties properties) {
		List<URI> servers = new ArrayList<>();
		for (int i = 0; i < properties.getDnsServers().size(); i++) {
			servers.add(nameServer(PREFIX + ".dns-servers[" + i + "]", properties.getDnsServers().get(i)));
		}
		return servers;
	}

	private static URI nameServer(String property, String text) {
		String rule = "must be an https URL such as 'https://dns.example.com/dns-query'";
		try {
			URI uri = URI.create(text);
			if ("https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null && uri.getRawUserInfo() == null) {
				return uri;
			}
		}
		catch (IllegalArgumentException ex) {
			throw PropertyCheck.wrong(property, rule, "'" + text + "'", ex);
		}
		throw PropertyCheck.wrong(property, rule, "'" + text + "'");
	}

	private List<URI> endpoints() {
		List<URI> endpoints = new ArrayList<>();
		endpoints.add(endpoint(PREFIX + ".url", this.properties.getUrl()));
		for (int i = 0; i < this.properties.getEndpoints().size(); i++) {
			endpoints.add(endpoint(PREFIX + ".endpoints[" + i + "]", this.properties.getEndpoints().get(i)));
		}
		return endpoints.stream().distinct().toList();
	}

	private static URI endpoint(String property, @Nullable String text) {
		String rule = "must be an http or https URL with host and base path, such as "
				+ "'https://push.example.com/realtime', without user, query and fragment";
		try {
			URI uri = URI.create(StringUtils.trimTrailingCharacter(String.valueOf(text), '/'));
			String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
			boolean usable = (scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null
					&& StringUtils.hasText(uri.getRawPath()) && uri.getRawQuery() == null
					&& uri.getRawFragment() == null && uri.getRawUserInfo() == null;
			if (usable) {
				return uri;
			}
		}
		catch (IllegalArgumentException ex) {
			throw PropertyCheck.wrong(property, rule, "'" + text + "'", ex);
		}
		throw PropertyCheck.wrong(property, rule, StringUtils.hasText(text) ? "'" + text + "'" : null);
	}

	private List<SubscriptionSettings> subscriptions() {
		List<SubscriptionSettings> result = new ArrayList<>();
		String first = this.properties.getFlagSet();
		result.add(subscription(PREFIX, (first != null) ? first : DEFAULT_FLAG_SET, this.properties));
		for (int i = 0; i < this.properties.getSubscriptions().size(); i++) {
			ClientFlagSetProperties further = this.properties.getSubscriptions().get(i);
			result.add(subscription(PREFIX + ".subscriptions[" + i + "]", further.getFlagSet(), further));
		}
		return result;
	}

	private SubscriptionSettings subscription(String property, @Nullable String flagSet,
			ClientFlagSetProperties wanted) {
		return new SubscriptionSettings(flagSet(property + ".flag-set", flagSet),
				key(property + ".sdk-key", wanted.getSdkKey()), wanted.getMode(),
				patterns(property + ".flags", wanted.getFlags()), user(property + ".user", wanted.getUser()),
				defaults(property + ".defaults", wanted.getDefaults()));
	}

	private FlagSetId flagSet(String property, @Nullable String name) {
		if (!StringUtils.hasText(name)) {
			throw PropertyCheck.wrong(property, "must be the name by which the app knows the flag set", null);
		}
		try {
			FlagSetId flagSet = FlagSetId.of(name);
			String former = this.flagSets.putIfAbsent(flagSet, property);
			if (former != null) {
				throw PropertyCheck.wrong(property, "must be another name than '" + former + "'", "'" + name + "'");
			}
			return flagSet;
		}
		catch (IllegalArgumentException ex) {
			throw PropertyCheck.wrong(property, "cannot be used: " + ex.getMessage(), "'" + name + "'", ex);
		}
	}

	private static String key(String property, @Nullable String text) {
		if (!StringUtils.hasText(text)) {
			throw PropertyCheck.wrong(property, "must be an SDK key of the push server", null);
		}
		PropertyCheck.resolved(property, text);
		String masked = "'" + SdkKey.mask(text) + "'";
		if (text.startsWith("sha256:")) {
			throw PropertyCheck.wrong(property, "must be the SDK key itself, not its hash", masked);
		}
		if (text.length() > SdkKey.MAX_LENGTH || text.chars().anyMatch((c) -> c <= ' ' || c >= 127)) {
			throw PropertyCheck.wrong(property,
					"must have at most " + SdkKey.MAX_LENGTH + " characters, all of them visible ASCII", masked);
		}
		return text;
	}

	private static List<String> patterns(String property, List<String> patterns) {
		if (patterns.size() > MAX_PATTERNS) {
			throw PropertyCheck.wrong(property, "must have at most " + MAX_PATTERNS + " patterns",
					String.valueOf(patterns.size()));
		}
		for (int i = 0; i < patterns.size(); i++) {
			try {
				FlagFilter.of(List.of(patterns.get(i)));
			}
			catch (IllegalArgumentException ex) {
				throw PropertyCheck.wrong(property + "[" + i + "]", "cannot be used: " + ex.getMessage(),
						"'" + patterns.get(i) + "'", ex);
			}
		}
		return patterns;
	}

	private static @Nullable ClientUser user(String property, ClientFlagSetProperties.User wanted) {
		String key = wanted.getKey();
		if (key == null) {
			if (!wanted.getAttributes().isEmpty()) {
				throw PropertyCheck.wrong(property + ".key", "must be set where there are attributes", null);
			}
			return null;
		}
		try {
			return new ClientUser(key, wanted.getAttributes());
		}
		catch (IllegalArgumentException ex) {
			throw PropertyCheck.wrong(property, "cannot be used: " + ex.getMessage(),
					wanted.getAttributes().size() + " attributes", ex);
		}
	}

	private static @Nullable FlagSet defaults(String property, Map<String, String> defaults) {
		if (defaults.isEmpty()) {
			return null;
		}
		Map<String, FlagValue> values = new LinkedHashMap<>();
		defaults.forEach((key, text) -> {
			try {
				values.put(FlagSet.requireValidKey(key), FlagValue.ofText(text));
			}
			catch (IllegalArgumentException ex) {
				throw PropertyCheck.wrong(property + "." + key, "cannot be used: " + ex.getMessage(), "'" + text + "'",
						ex);
			}
		});
		return FlagSet.of(values);
	}

}
