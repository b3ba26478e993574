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
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The Java code on a page of the docs, and that of a class of examples, both without
 * their layout, so that one can be looked for in the other.
 */
public final class PageCode {

	private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	private PageCode() {
	}

	public static List<String> blocks(String page) throws IOException {
		return JAVA.matcher(Files.readString(Path.of("../docs", page)))
			.results()
			.map((MatchResult block) -> withoutLayout(block.group(1)))
			.toList();
	}

	public static String of(Class<?> examples) throws IOException {
		return withoutLayout(
				Files.readString(Path.of("src/test/java", examples.getName().replace('.', '/') + ".java")));
	}

	private static String withoutLayout(String code) {
		return code.replaceAll("(?m)^\\s+|\\s+$", "").replaceAll("\\R+", "\n").replace("static class", "class").strip();
	}

}
