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

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The first example of docs/testing.md.
 */
@SpringBootTest
@AutoConfigureFlags({ "checkout.max-items=50", "ui.banner=Hello" })
class CheckoutTests {

	@Autowired
	private TestFlags flags;

	@Autowired
	private Checkout checkout;

	@Test
	void limitIsThatOfTheFlag() {
		assertThat(this.checkout.accepts(50)).isTrue();
		this.flags.set("checkout.max-items", 20);
		assertThat(this.checkout.accepts(50)).isFalse();
	}

}
