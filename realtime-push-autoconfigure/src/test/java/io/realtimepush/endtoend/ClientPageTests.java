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

package io.realtimepush.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the code in docs/client.md is that of {@link Stock}.
 */
class ClientPageTests {

	private static final String CLIENT = "realtime-push.client.";

	@Test
	void codeBlockIsCompiled() throws IOException {
		String example = Files.readString(Path.of("src/test/java/io/realtimepush/endtoend/Stock.java"));
		String page = Files.readString(Path.of("../docs/client.md"));
		assertThat(page).containsOnlyOnce("```java\n")
			.contains("```java\n" + example.substring(example.indexOf("@Component\n")) + "```");
	}

	@Test
	void everyPropertyIsTold() throws IOException {
		String page = Files.readString(Path.of("../docs/client.md"));
		List<String> properties = new ArrayList<>();
		JsonMapper.shared()
			.readTree(Path.of("target/classes/META-INF/spring-configuration-metadata.json"))
			.get("properties")
			.forEach((property) -> properties.add(property.get("name").asString()));
		List<String> ofTheClient = properties.stream()
			.filter((name) -> name.startsWith(CLIENT))
			.map((name) -> name.substring(CLIENT.length()))
			.toList();
		assertThat(ofTheClient).hasSizeGreaterThan(30)
			.allSatisfy((name) -> assertThat(page).containsPattern("[`\\s]" + name + "[`:]"));
	}

}
