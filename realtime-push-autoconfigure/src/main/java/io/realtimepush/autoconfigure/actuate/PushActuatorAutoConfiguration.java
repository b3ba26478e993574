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

package io.realtimepush.autoconfigure.actuate;

import io.realtimepush.autoconfigure.PushEndpointAutoConfiguration;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.session.PushHandler;
import io.realtimepush.watch.FlagVersionWatcher;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * {@link AutoConfiguration Auto-configuration} for the actuator endpoint.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = PushEndpointAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean({ FlagHub.class, PushHandler.class })
public final class PushActuatorAutoConfiguration {

	/**
	 * Nested, because its condition is not there without Actuator.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnAvailableEndpoint(PushActuatorEndpoint.class)
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		PushActuatorEndpoint realtimePushActuatorEndpoint(FlagHub hub, ObjectProvider<FlagVersionWatcher> watchers,
				PushHandler handler) {
			return new PushActuatorEndpoint(hub, watchers.getIfUnique(), handler);
		}

	}

}
