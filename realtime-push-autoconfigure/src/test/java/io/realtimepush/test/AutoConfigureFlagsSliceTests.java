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

import io.realtimepush.flags.Flags;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Flags in a context that has nothing but them and what the test needs.
 */
@SpringJUnitConfig(AutoConfigureFlagsTests.Handler.class)
@AutoConfigureFlags("checkout.max-items=5")
class AutoConfigureFlagsSliceTests {

	@Autowired
	private TestFlags testFlags;

	@Autowired
	private Flags flags;

	@Autowired
	private AutoConfigureFlagsTests.Handler handler;

	@Test
	void handlersAreCalled() {
		this.testFlags.set("checkout.max-items", 6);
		assertThat(this.handler.maxItems).isEqualTo(6);
		assertThat(this.flags.get("checkout.max-items", Integer.class, 0)).isEqualTo(6);
	}

}
