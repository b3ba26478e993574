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

package io.realtimepush.autoconfigure.security;

import java.util.List;

import io.realtimepush.autoconfigure.PushEndpointAutoConfiguration;
import io.realtimepush.transport.servlet.PushServlet;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.web.SecurityFilterChain;

/**
 * {@link AutoConfiguration Auto-configuration} that keeps Spring Security away from the
 * base path in a servlet app, where the push server authenticates by itself. The rest of
 * the app stays as it would be.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = PushEndpointAutoConfiguration.class, afterName = {
		"org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
		"org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
		"org.springframework.boot.security.oauth2.server.resource.autoconfigure.servlet.OAuth2ResourceServerAutoConfiguration",
		"org.springframework.boot.security.oauth2.client.autoconfigure.servlet.OAuth2ClientWebSecurityAutoConfiguration" })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ EnableWebSecurity.class, SecurityFilterChain.class })
@ConditionalOnBean(name = { PushServlet.NAME, "springSecurityFilterChain" })
@ConditionalOnBooleanProperty(name = "realtime-push.server.security.enabled", matchIfMissing = true)
public final class PushServletSecurityAutoConfiguration {

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	SecurityFilterChain pushSecurityFilterChain() {
		return new OpenFilterChain();
	}

	/**
	 * Does nothing: no authentication, CSRF protection, session or security header. It
	 * matches what the container has decided to give to the push servlet.
	 */
	private static final class OpenFilterChain implements SecurityFilterChain {

		@Override
		public boolean matches(HttpServletRequest request) {
			return PushServlet.NAME.equals(request.getHttpServletMapping().getServletName());
		}

		@Override
		public List<Filter> getFilters() {
			return List.of();
		}

	}

}
