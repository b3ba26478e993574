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

package io.realtimepush.flags;

import java.util.Locale;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SdkKey}.
 */
class SdkKeyTests {

	@Property
	void atMostAQuarterStaysReadable(@ForAll("keys") String text) {
		String masked = SdkKey.server(text).toString();
		assertThat(masked).isEqualTo(SdkKey.mask(text)).containsOnlyOnce("…");
		int dots = masked.indexOf('…');
		assertThat(text).startsWith(masked.substring(0, dots)).endsWith(masked.substring(dots + 1));
		assertThat((masked.length() - 1) * 4).isLessThanOrEqualTo(text.length());
		assertThat(masked.length() - 1).isLessThanOrEqualTo(8);
	}

	@Property
	void keyEqualsItsHashInAnyCase(@ForAll("keys") String text) {
		SdkKey key = SdkKey.server(text);
		String hash = SdkKey.sha256(text);
		assertThat(hash).matches("[0-9a-f]{64}").isEqualTo(key.sha256());
		assertThat(SdkKey.server("sha256:" + hash)).isEqualTo(key).hasSameHashCodeAs(key);
		assertThat(SdkKey.client("sha256:" + hash.toUpperCase(Locale.ROOT))).isEqualTo(key);
		assertThat(SdkKey.server("sha256:" + hash).sha256()).isEqualTo(hash);
	}

	@Property
	void otherTextIsAnotherKey(@ForAll("keys") String left, @ForAll("keys") String right) {
		assertThat(SdkKey.server(left).equals(SdkKey.client(right))).isEqualTo(left.equals(right));
	}

	@ParameterizedTest
	@ValueSource(strings = { "sha256:", "sha256:secret", "sha256:00", "sha256: " })
	void somethingElseBehindTheHashPrefixIsRefusedWithoutRepeatingIt(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> SdkKey.server(text))
			.withMessage("SDK key hash must be 'sha256:' and 64 hexadecimal digits");
	}

	@Test
	void hashIsThatOfTheUtf8Text() {
		assertThat(SdkKey.sha256("abc")).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	}

	@Test
	void maskOfHashTellsLittleOfTheHash() {
		assertThat(SdkKey.server("sha256:" + SdkKey.sha256("abc"))).hasToString("sha256:ba7816…");
	}

	@Test
	void maskShowsBothEndsOfALongKeyOnly() {
		assertThat(SdkKey.server("a")).hasToString("…");
		assertThat(SdkKey.server("sdk-server-sample")).hasToString("sd…e");
		assertThat(SdkKey.server("sdk-9f86d081884c7d659a2feaa0c55ad015")).hasToString("sdk-9f…15");
	}

	@Test
	void unusableKeyIsRefused() {
		assertThat(SdkKey.server("a".repeat(256)).kind()).isEqualTo(SdkKey.Kind.SERVER);
		assertThatIllegalArgumentException().isThrownBy(() -> SdkKey.client("a".repeat(257)))
			.withMessage("SDK key must have at most 256 characters, but has 257");
		assertThatIllegalArgumentException().isThrownBy(() -> SdkKey.client(" "))
			.withMessage("SDK key must not be empty");
	}

	@Provide
	Arbitrary<String> keys() {
		return Arbitraries.strings()
			.withCharRange('!', '~')
			.ofMinLength(1)
			.ofMaxLength(256)
			.filter((text) -> !text.startsWith("sha256:"));
	}

}
