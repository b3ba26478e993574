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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the code in docs/testing.md is that of {@link CheckoutTests} and
 * {@link OutageTests}.
 */
class TestingPageTests {

	@Test
	void codeBlocksAreCompiled() throws IOException {
		String page = Files.readString(Path.of("..", "docs", "testing.md"));
		assertThat(page.split("```java\n")).hasSize(3);
		for (String example : List.of("CheckoutTests", "OutageTests")) {
			String source = Files.readString(Path.of("src/test/java/io/realtimepush/test", example + ".java"));
			assertThat(page).contains("```java\n" + source.substring(source.indexOf("@SpringBootTest\n")) + "```");
		}
	}

}
