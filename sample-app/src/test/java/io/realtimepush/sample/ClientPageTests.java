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

package io.realtimepush.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page on writing a client shows the client that is tested.
 */
class ClientPageTests {

	@Test
	void pageShowsTheClientThatIsTested() throws IOException {
		String page = Files.readString(Path.of("../docs/writing-a-client.md"));
		String client = Files.readString(Path.of("src/test/resources/push-client.js"));
		assertThat(page).contains("```js\n" + client + "```");
	}

}
