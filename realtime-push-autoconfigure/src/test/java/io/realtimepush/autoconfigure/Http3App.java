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

import io.realtimepush.source.memory.InMemoryFlagSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * An app that wants HTTP/3.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({ SslAutoConfiguration.class, JacksonAutoConfiguration.class,
		FlagHandlerAutoConfiguration.class, FlagSourceAutoConfiguration.class, FlagHubAutoConfiguration.class,
		FlagFeedsAutoConfiguration.class, PushServerAutoConfiguration.class, PushEndpointAutoConfiguration.class,
		Http3AutoConfiguration.class })
public class Http3App {

	@Bean
	InMemoryFlagSource flagSource() {
		return new InMemoryFlagSource();
	}

	/**
	 * Start, and stop at once if it can start.
	 * @param args nothing
	 */
	public static void main(String[] args) {
		SpringApplication application = new SpringApplicationBuilder(Http3App.class).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "realtime-push.server.sdk-keys[0].key=sdk-server-1",
					"realtime-push.server.sdk-keys[0].flag-set=shop", "realtime-push.server.port=0",
					"realtime-push.server.http3.enabled=true")
			.build();
		try {
			application.run(args).close();
		}
		catch (RuntimeException ex) {
			// Its analysis has been printed
			System.exit(1);
		}
	}

}
