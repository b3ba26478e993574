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

package io.realtimepush.source.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link FlagFileReader}.
 */
class FlagFileReaderTests {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			true                     | true
			False                    | false
			on                       | true
			no                       | false
			'on'                     | "on"
			null                     | null
			~                        | null
			!!null ''                | null
			12                       | 12
			-0                       | -0
			9007199254740993         | 9007199254740993
			1.10                     | 1.10
			-1.5E+400                | -1.5E+400
			!!int "12"               | 12
			!!float "1.50"           | 1.50
			'12'                     | "12"
			!!str 12                 | "12"
			007                      | "007"
			0x1F                     | "0x1F"
			1_000                    | "1_000"
			18:30                    | "18:30"
			+1                       | "+1"
			.5                       | ".5"
			.inf                     | ".inf"
			2026-11-22               | "2026-11-22"
			2026-11-22T01:00:00Z     | "2026-11-22T01:00:00Z"
			1.2.3                    | "1.2.3"
			dark mode                | "dark mode"
			"a\\tb"                   | "a\\tb"
			[]                       | []
			{}                       | {}
			[1, [a, {b: null}], 2.0] | [1,["a",{"b":null}],2.0]
			{1: a, true: b, ~: c}    | {"1":"a","true":"b","~":"c"}
			""")
	void yamlValueBecomesJson(String yaml, String json) throws IOException {
		assertThat(read("flags.yml", "flag: " + yaml)).containsExactly(Map.entry("flag", json));
	}

	@Test
	void yamlKeysKeepTheirText() throws IOException {
		assertThat(read("flags.yaml", "on: 1\n010: 2\nui.theme: 3\n~: 4\n2026-11-22: 5\n'a b': 6"))
			.containsExactlyInAnyOrderEntriesOf(
					Map.of("on", "1", "010", "2", "ui.theme", "3", "~", "4", "2026-11-22", "5", "a b", "6"));
	}

	@Test
	void yamlAnchorsAndMergeKeysAreFollowed() throws IOException {
		assertThat(read("flags.yml", """
				first: &first {size: 1, color: red}
				second: &second {size: 2, shape: round}
				both: {size: 3, <<: [*first, *second]}
				alias: *first
				<<: {merged: true, first: hidden}
				""")).containsEntry("both", "{\"size\":3,\"color\":\"red\",\"shape\":\"round\"}")
			.containsEntry("alias", "{\"size\":1,\"color\":\"red\"}")
			.containsEntry("first", "{\"size\":1,\"color\":\"red\"}")
			.containsEntry("merged", "true");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "# nothing", "---", "just text", "- a\n- b", "a: 1\na: 2", "flag: {a: 1, 'a': 2}",
			"a: 1\n---\nb: 2", "a: [1, 2", "a: *missing", "a: !!binary aGVsbG8=",
			"a: !java.net.URL [\"http://localhost\"]", "a: !!int \"0x10\"", "? [a, b]\n: 1", "a: &a [*a]",
			"a: &a {b: *a}", "<<: &a {<<: *a}", "a: {<<: 1}", "'': 1", "\"a\\u0000\": 1", "a\t: 1\n\tb: 2",
			"a: !!map [1]", "a: \0" })
	void yamlThatIsNoMappingOfFlagsIsRefused(String yaml) {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> read("flags.yml", yaml));
	}

	@Test
	void yamlFailureTellsTheLineButNotTheValue() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> read("flags.yml", "a: 1\nb: [secret, }"))
			.withMessageStartingWith("must be YAML, but line 2, column ")
			.withMessageNotContaining("secret");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> read("flags.yml", "a: 1\na: secret"))
			.withMessage("line 2, column 1: key 'a' must not be repeated");
	}

	@Test
	void yamlBombsAreRefused() {
		String laughs = IntStream.range(1, 25)
			.mapToObj((i) -> "a" + i + ": &a" + i + " [*a" + (i - 1) + ", *a" + (i - 1) + "]")
			.collect(Collectors.joining("\n", "a0: &a0 " + "x".repeat(100) + "\n", ""));
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> read("flags.yml", laughs));
		String aliases = "a: &a [1]\nb: [" + "*a,".repeat(100) + "*a]";
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> read("flags.yml", aliases));
		String deep = "a: " + "[".repeat(10_000) + "]".repeat(10_000);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> read("flags.yml", deep));
	}

	@Test
	void jsonKeepsNumbersAndOrder() throws IOException {
		assertThat(read("flags.json", """
				{ "z": 1.10, "e": -1E+400 , "n": null,
				  "s": "a\\u0041\\n, }", "o": { "b": [ 1.0, {} ], "a": false }, "t": true, "empty": "" }
				""")).containsExactly(Map.entry("z", "1.10"), Map.entry("e", "-1E+400"), Map.entry("n", "null"),
				Map.entry("s", "\"aA\\n, }\""), Map.entry("o", "{\"b\":[1.0,{}],\"a\":false}"), Map.entry("t", "true"),
				Map.entry("empty", "\"\""));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "null", "[]", "\"a\"", "{\"a\":1", "{\"a\":1}}", "{\"a\":1} {}",
			"{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":2}}", "{a:1}", "{\"a\":01}", "{\"a\":NaN}", "{\"\":1}",
			"{\"a\":tru", "{\"a\":1,}", "// no\n{}" })
	void jsonThatIsNoObjectOfFlagsIsRefused(String json) {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> read("flags.json", json));
	}

	@Test
	void jsonFailureTellsTheLineButNotTheValue() {
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> read("flags.json", "{\n \"a\": \"secret\",\n \"b\" }"))
			.withMessageStartingWith("must be JSON, but line 3, column ")
			.withMessageNotContaining("secret");
	}

	@Test
	void tooDeepJsonIsRefused() {
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> read("flags.json", "{\"a\":" + "[".repeat(65) + "]".repeat(65) + "}"));
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> read("flags.json", "{\"a\":" + "[".repeat(100_000)));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			flags.yml  | a: 1
			flags.json | {"a": 1}
			""")
	void byteOrderMarkIsSkipped(String name, String text) throws IOException {
		assertThat(read(name, "\uFEFF" + text)).containsExactly(Map.entry("a", "1"));
	}

	@Test
	void textThatIsNotUtf8IsRefused() throws IOException {
		Path file = Files.write(this.directory.resolve("flags.yml"), "a: ü".getBytes(StandardCharsets.ISO_8859_1));
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> FlagFileReader.read(file))
			.withMessage("must be UTF-8");
	}

	@Test
	void tooLargeFileIsRefused() throws IOException {
		Path file = Files.write(this.directory.resolve("flags.json"), new byte[FlagFileReader.MAX_SIZE + 1]);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> FlagFileReader.read(file))
			.withMessage("must have at most 16777216 bytes, but has 16777217");
	}

	@Test
	void flagSetIsCalledLikeItsFile() {
		assertThat(FlagFileReader.flagSetOf(Path.of("shop", "production.yml"))).hasToString("shop/production");
		assertThat(FlagFileReader.flagSetOf(Path.of("a.b.json"))).hasToString("a.b");
		assertThatIllegalArgumentException().isThrownBy(() -> FlagFileReader.flagSetOf(Path.of("shop.txt")));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> FlagFileReader.flagSetOf(Path.of("x".repeat(129) + ".yml")));
	}

	private Map<String, String> read(String name, String text) throws IOException {
		Path file = Files.writeString(this.directory.resolve(name), text);
		return FlagFileReader.read(file)
			.asMap()
			.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> entry.getValue().json(), (a, b) -> a,
					LinkedHashMap::new));
	}

}
