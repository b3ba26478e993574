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

package io.realtimepush.featureprobe;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link FlagUser}.
 */
class FlagUserTests {

	private static String base64(String json) {
		return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void userIsReadFromBase64() {
		FlagUser user = FlagUser.ofBase64(base64("{\"key\":\"u-42\",\"attrs\":{\"city\":\"Tromsø\",\"age\":42}}"));
		assertThat(user).isEqualTo(new FlagUser("u-42", Map.of("city", "Tromsø", "age", "42")));
		assertThat(user.attribute("city")).isEqualTo("Tromsø");
		assertThat(user.attribute("team")).isNull();
	}

	@Test
	void attributesMayBeMissing() {
		assertThat(FlagUser.ofJson("{\"key\":\"u\"}")).isEqualTo(FlagUser.of("u"));
		assertThat(FlagUser.ofJson("{\"key\":\"\",\"attrs\":null,\"more\":1}")).isEqualTo(FlagUser.of(""));
		assertThat(FlagUser.ofJson("{\"key\":\"u\",\"attrs\":{\"a\":null,\"b\":[],\"c\":true}}").attributes())
			.containsOnly(Map.entry("c", "true"));
	}

	@Property
	void everyWayToSendBase64IsRead(@ForAll String key) {
		String json = JsonMapper.shared().writeValueAsString(Map.of("key", key, "attrs", Map.of("x", "?>~ÿ")));
		FlagUser user = FlagUser.ofJson(json);
		String text = base64(json);
		assertThat(FlagUser.ofBase64(text)).isEqualTo(user);
		assertThat(FlagUser.ofBase64(text.replace('+', ' '))).isEqualTo(user);
		assertThat(FlagUser.ofBase64(text.replace("=", ""))).isEqualTo(user);
		assertThat(FlagUser.ofBase64(text.replace('+', '-').replace('/', '_'))).isEqualTo(user);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "%", "e30=", "W10=", "bnVsbA==", "InRleHQi", "eyJrZXkiOm51bGx9", "eyJrZXki", "====",
			"eyJrZXkiOltdfQ==" })
	void whatIsNoUserIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> FlagUser.ofBase64(text)).withMessageStartingWith("user ");
	}

	@Test
	void userThatIsTooLongIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> FlagUser.ofBase64("A".repeat(FlagUser.MAX_LENGTH + 1)))
			.withMessageContaining("at most 16384 characters");
	}

	@Test
	void userMayBeJsonOrBase64() {
		String json = "{\"key\":\"u\"}";
		assertThat(FlagUser.parse(json)).isEqualTo(FlagUser.parse(base64(json))).isEqualTo(FlagUser.of("u"));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> FlagUser.parse("{\"key\":\"" + "u".repeat(FlagUser.MAX_LENGTH) + "\"}"));
	}

	@Test
	void canonicalTextTellsUsersApart() {
		FlagUser user = new FlagUser("u", Map.of("a", "1", "b", "2"));
		assertThat(user.canonical()).isEqualTo("[\"u\",{\"a\":\"1\",\"b\":\"2\"}]");
		assertThat(new FlagUser("u\",{\"a\":\"1", Map.of()).canonical()).isNotEqualTo(user.canonical());
	}

	@Test
	void nothingPersonalIsPrinted() {
		assertThat(new FlagUser("anna@example.org", Map.of("city", "Oslo"))).hasToString("FlagUser[attributes=[city]]");
	}

}
