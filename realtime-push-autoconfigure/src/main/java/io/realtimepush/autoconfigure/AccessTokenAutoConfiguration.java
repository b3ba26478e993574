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

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.SignedJWT;
import io.realtimepush.session.AccessTokens;
import io.realtimepush.token.JwtAccessTokens;
import io.realtimepush.token.TokenKey;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.util.StringUtils;

/**
 * {@link AutoConfiguration Auto-configuration} for access tokens.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = PushServerAutoConfiguration.class)
@ConditionalOnBooleanProperty("realtime-push.server.token.enabled")
public final class AccessTokenAutoConfiguration {

	private static final String LIBRARY = "com.nimbusds.jwt.SignedJWT";

	/**
	 * Without the library.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass(LIBRARY)
	static class MissingLibraryConfiguration {

		/** Before any bean is created. */
		@Bean
		@ConditionalOnMissingBean(AccessTokens.class)
		static BeanFactoryPostProcessor missingTokenLibrary() {
			throw new ConfigurationProblemException("access tokens need a library that is not there",
					"Add the dependency 'org.springframework.security:spring-security-oauth2-jose', or set "
							+ "'realtime-push.server.token.enabled' to false.",
					"realtime-push.server.token.enabled", null);
		}

	}

	/**
	 * With the library.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(SignedJWT.class)
	@EnableConfigurationProperties(AccessTokenProperties.class)
	static class JwtConfiguration {

		private static final Log logger = LogFactory.getLog(AccessTokenAutoConfiguration.class);

		private static final String KEYS = "realtime-push.server.token.signing-keys";

		private static final String JWK_SET_URI = "realtime-push.server.token.jwk-set-uri";

		@Bean
		@ConditionalOnMissingBean(AccessTokens.class)
		JwtAccessTokens accessTokens(AccessTokenProperties properties) {
			return new JwtAccessTokens(properties.getIssuer(), keys(properties), published(properties.getJwkSetUri()),
					Schedulers.boundedElastic(), Clock.systemUTC());
		}

		private static List<TokenKey> keys(AccessTokenProperties properties) {
			if (properties.getSigningKeys().isEmpty() && properties.getJwkSetUri() == null) {
				logger.warn("'" + KEYS + "' is empty, so access tokens are signed with a random key: they end with "
						+ "this process, and no other node takes them");
				byte[] secret = new byte[TokenKey.MIN_SECRET_LENGTH];
				new SecureRandom().nextBytes(secret);
				return List.of(new TokenKey("random", secret));
			}
			Map<String, TokenKey> keys = new LinkedHashMap<>();
			List<AccessTokenProperties.SigningKey> configured = properties.getSigningKeys();
			for (int i = 0; i < configured.size(); i++) {
				String property = KEYS + "[" + i + "]";
				TokenKey key = key(property, configured.get(i));
				if (keys.put(key.id(), key) != null) {
					throw PropertyCheck.wrong(property + ".id", "must be another one than that of the keys before",
							"'" + key.id() + "'");
				}
			}
			return new ArrayList<>(keys.values());
		}

		private static TokenKey key(String property, AccessTokenProperties.SigningKey configured) {
			String id = configured.getId();
			String secret = configured.getSecret();
			Resource location = configured.getLocation();
			if (location != null) {
				if (StringUtils.hasText(secret)) {
					throw PropertyCheck.wrong(property + ".secret", "must not be set together with 'location'",
							"a text of " + secret.length() + " characters");
				}
				return TokenKeyFile.read(property + ".location", StringUtils.hasText(id) ? id : null, location);
			}
			if (!StringUtils.hasText(id)) {
				throw PropertyCheck.wrong(property + ".id", "must name the key", null);
			}
			if (!StringUtils.hasText(secret)) {
				throw PropertyCheck.wrong(property + ".secret",
						"or 'location' must be set: a secret in Base64, or a file with a private key", null);
			}
			PropertyCheck.resolved(property + ".secret", secret);
			try {
				return new TokenKey(id, Base64.getDecoder().decode(secret.trim()));
			}
			catch (IllegalArgumentException ex) {
				throw PropertyCheck.wrong(property + ".secret",
						"must be Base64 of at least " + TokenKey.MIN_SECRET_LENGTH + " bytes",
						"a text of " + secret.length() + " characters", ex);
			}
		}

		private static @Nullable JWKSource<SecurityContext> published(@Nullable String uri) {
			if (uri == null) {
				return null;
			}
			// To refresh ahead would take a thread that nobody ends
			return JWKSourceBuilder.create(url(uri))
				.retrying(true)
				.outageTolerantForever()
				.refreshAheadCache(false)
				.build();
		}

		private static URL url(String uri) {
			try {
				return URI.create(uri).toURL();
			}
			catch (IllegalArgumentException | MalformedURLException ex) {
				throw PropertyCheck.wrong(JWK_SET_URI, "must be a URL", "'" + uri + "'", ex);
			}
		}

	}

}
