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

import java.beans.PropertyDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.BeanUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of properties says what the metadata says.
 */
class ConfigurationPageTests {

	private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\| (?:`([^`]*)`)? ?\\| (.+) \\|$");

	@Test
	void tablesAreThoseOfTheMetadata() throws IOException {
		Map<String, String> inMetadata = new TreeMap<>();
		for (JsonNode property : metadata().get("properties")) {
			JsonNode value = property.path("defaultValue");
			String shown = value.isArray()
					? value.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "))
					: value.asString("");
			inMetadata.put(property.get("name").asString(), shown + ": " + property.get("description").asString());
		}
		Map<String, String> onPage = new TreeMap<>();
		ROW.matcher(page())
			.results()
			.filter((row) -> row.group(1).matches("(realtime-push|management)\\..*"))
			.forEach((row) -> onPage.put(row.group(1), Objects.toString(row.group(2), "") + ": " + row.group(3)));
		assertThat(inMetadata).isNotEmpty();
		assertThat(onPage).isEqualTo(inMetadata);
	}

	@Test
	void everyPropertyOfAnSdkKeyIsListed() throws IOException {
		String page = page();
		String section = page.substring(page.indexOf("## SDK keys"), page.indexOf("## Actuator\n"));
		assertThat(Pattern.compile("(?m)^\\| `([a-z-]+)`").matcher(section).results().map((row) -> row.group(1)))
			.containsExactlyInAnyOrder(Arrays.stream(BeanUtils.getPropertyDescriptors(PushServerProperties.Key.class))
				.filter((property) -> property.getWriteMethod() != null)
				.map(PropertyDescriptor::getName)
				.map(ConfigurationPageTests::dashed)
				.toArray(String[]::new));
	}

	private static String dashed(String name) {
		return Pattern.compile("[A-Z]")
			.matcher(name)
			.replaceAll((MatchResult upper) -> "-" + upper.group().toLowerCase(Locale.ROOT));
	}

	private static String page() throws IOException {
		return Files.readString(Path.of("..", "docs", "configuration.md"));
	}

	private static JsonNode metadata() throws IOException {
		try (InputStream in = Files
			.newInputStream(Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json"))) {
			return JsonMapper.shared().readTree(in);
		}
	}

}
