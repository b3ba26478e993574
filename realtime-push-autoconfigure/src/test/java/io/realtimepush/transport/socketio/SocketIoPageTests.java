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

package io.realtimepush.transport.socketio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the code in docs/socketio.md is that of {@link SocketIoExamples}.
 */
class SocketIoPageTests {

	private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	@Test
	void everyCodeBlockIsCompiled() throws IOException {
		String examples = withoutLayout(
				Files.readString(Path.of("src/test/java/io/realtimepush/transport/socketio/SocketIoExamples.java")));
		List<String> blocks = JAVA.matcher(Files.readString(Path.of("../docs/socketio.md")))
			.results()
			.map((MatchResult block) -> withoutLayout(block.group(1)))
			.toList();
		assertThat(blocks).hasSize(5).allSatisfy((block) -> assertThat(examples).contains(block));
	}

	@Test
	void optionsAreTaken() {
		assertThat(SocketIoExamples.options().engine().options().maxPayload()).isEqualTo(100_000);
	}

	private static String withoutLayout(String code) {
		return code.replaceAll("(?m)^\\s+|\\s+$", "").replaceAll("\\R+", "\n").replace("static class", "class").strip();
	}

}
