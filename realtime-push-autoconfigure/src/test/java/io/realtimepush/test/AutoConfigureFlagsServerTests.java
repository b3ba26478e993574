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

package io.realtimepush.test;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.Flags;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Flags that come from the test, in an app that serves them: what its keys select is the
 * primary flag set.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE,
		properties = { "realtime-push.server.sdk-keys[0].key=sdk-server-1",
				"realtime-push.server.sdk-keys[0].flag-set=shop/production",
				"realtime-push.server.sdk-keys[1].key=sdk-server-2",
				"realtime-push.server.sdk-keys[1].flag-set=shop/production" })
@AutoConfigureFlags("checkout.max-items=5")
class AutoConfigureFlagsServerTests {

	@Autowired
	private Flags flags;

	@Test
	void flagsAreThoseOfTheFlagSetThatIsServed() {
		assertThat(this.flags.get("checkout.max-items", Integer.class, 0)).isEqualTo(5);
		assertThat(this.flags.of(FlagSetId.of("shop/production")).get("checkout.max-items", Integer.class, 0))
			.isEqualTo(5);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class App {

		@Bean
		InMemoryFlagSource source() {
			return new InMemoryFlagSource();
		}

	}

}
