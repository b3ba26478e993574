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

import java.util.function.Predicate;

import io.realtimepush.autoconfigure.FeatureProbeAutoConfiguration;
import io.realtimepush.autoconfigure.PushEndpointAutoConfiguration;
import io.realtimepush.autoconfigure.PushServerProperties;
import io.realtimepush.transport.featureprobe.SdkPaths;
import io.realtimepush.transport.http.PushHandlerMapping;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.WebFilterChainProxy;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;

/**
 * {@link AutoConfiguration Auto-configuration} that keeps Spring Security away from the
 * base path, where the push server authenticates by itself. The rest of the app stays as
 * it would be.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { PushEndpointAutoConfiguration.class, FeatureProbeAutoConfiguration.class }, afterName = {
		"org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration",
		"org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration",
		"org.springframework.boot.security.oauth2.server.resource.autoconfigure.web.reactive.ReactiveOAuth2ResourceServerWebSecurityAutoConfiguration",
		"org.springframework.boot.security.oauth2.client.autoconfigure.reactive.ReactiveOAuth2ClientWebSecurityAutoConfiguration" })
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ EnableWebFluxSecurity.class, WebFilterChainProxy.class })
@ConditionalOnBean({ WebFilterChainProxy.class, PushHandlerMapping.class })
@ConditionalOnBooleanProperty(name = "realtime-push.server.security.enabled", matchIfMissing = true)
public final class PushSecurityAutoConfiguration {

	/**
	 * Spring Security protects the app by default only as long as there is no chain at
	 * all, so with ours its default has to be said. Declared first, to be judged before
	 * ours is there.
	 */
	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	@ConditionalOnMissingBean(SecurityWebFilterChain.class)
	SecurityWebFilterChain defaultSecurityFilterChain(ServerHttpSecurity http) {
		return http.authorizeExchange((exchanges) -> exchanges.anyExchange().authenticated())
			.httpBasic(Customizer.withDefaults())
			.formLogin(Customizer.withDefaults())
			.build();
	}

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	SecurityWebFilterChain pushSecurityFilterChain(PushServerProperties properties) {
		String prefix = properties.getPath() + "/";
		return new OpenFilterChain(
				(exchange) -> exchange.getRequest().getPath().pathWithinApplication().value().startsWith(prefix));
	}

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	@ConditionalOnBean(SdkPaths.class)
	SecurityWebFilterChain featureProbeSecurityFilterChain(SdkPaths paths) {
		return new OpenFilterChain(paths::matches);
	}

	/**
	 * Does nothing: no authentication, CSRF protection, session or security header. Its
	 * one filter is there because Spring Security's observation wants one.
	 * <p>
	 * Matches exactly what the push endpoints answer; a pattern {@code /realtime/**}
	 * would match {@code /realtime} too.
	 */
	private record OpenFilterChain(Predicate<ServerWebExchange> served) implements SecurityWebFilterChain {

		@Override
		public Mono<Boolean> matches(ServerWebExchange exchange) {
			return Mono.just(this.served.test(exchange));
		}

		@Override
		public Flux<WebFilter> getWebFilters() {
			return Flux.just((exchange, chain) -> chain.filter(exchange));
		}

	}

}
