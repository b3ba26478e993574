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

import io.realtimepush.transport.channel.RequestHeadTimeout;
import io.realtimepush.transport.http.PushHandlerMapping;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} that has the app's server drop connections
 * on which the head of a request does not come in time.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = PushEndpointAutoConfiguration.class)
@ConditionalOnClass(NettyServerCustomizer.class)
@ConditionalOnBean(PushHandlerMapping.class)
public final class RequestHeadTimeoutAutoConfiguration {

	@Bean
	NettyServerCustomizer requestHeadTimeoutCustomizer(PushServerProperties properties) {
		RequestHeadTimeout timeout = new RequestHeadTimeout(properties.getRequestHeadTimeout());
		return timeout::install;
	}

}
