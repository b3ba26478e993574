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

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link FlagPosition} and {@link FlagSetId}.
 */
class FlagPositionTests {

	@Property
	void parsesWhatItWrites(
			@ForAll @StringLength(min = 1, max = 17) @CharRange(from = 'A', to = 'Z') @CharRange(from = 'a',
					to = 'z') @CharRange(from = '0', to = '9') @Chars({ '.', '_', '-' }) String epoch,
			@ForAll @LongRange(min = 0, max = FlagPosition.MAX_VERSION) long version) {
		FlagPosition position = new FlagPosition(epoch, version);
		assertThat(FlagPosition.parse(position.toString())).isEqualTo(position);
	}

	@Property
	void readsAnyTextOrRefusesIt(
			@ForAll @StringLength(max = 24) @Chars({ 'k', '7', '0', ':', '-', '.', ' ', '\n' }) String text) {
		if (text.matches("[-.k07]{1,17}:[07]{1,16}")) {
			assertThat(FlagPosition.parse(text).epoch()).isEqualTo(text.substring(0, text.indexOf(':')));
		}
		else {
			assertThatIllegalArgumentException().isThrownBy(() -> FlagPosition.parse(text));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ":", "k7f3", "k7f3:", ":42", "k7f3:-1", "k7f3:+1", "k7f3:4 2", " k7f3:42", "k7f3:42 ",
			"k7f3:42\n", "k7f3:0x1", "k7f3:1.0", "k7f3:1e3", "k7f3:9007199254740992", "k7f3:99999999999999999999",
			"k7f3:١", "k7f3::42", "a:b:42", "größe:42", "k/7:42", "123456789012345678:42" })
	void unreadablePositionIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> FlagPosition.parse(text));
	}

	@Test
	void highestVersionIsRead() {
		assertThat(FlagPosition.parse("k7f3:9007199254740991").version()).isEqualTo(FlagPosition.MAX_VERSION);
		assertThat(FlagPosition.parse("k7f3:0").version()).isZero();
	}

	@Test
	void versionOutOfRangeIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new FlagPosition("k7f3", -1))
			.withMessage("version must be between 0 and 9007199254740991, but was -1");
		FlagPosition last = new FlagPosition("k7f3", FlagPosition.MAX_VERSION);
		assertThatIllegalArgumentException().isThrownBy(() -> last.at(FlagPosition.MAX_VERSION + 1));
	}

	@Test
	void positionsAreComparedWithinAnEpochOnly() {
		FlagPosition position = new FlagPosition("k7f3", 42);
		assertThat(position.at(43).isAheadOf(position)).isTrue();
		assertThat(position.isAheadOf(position)).isFalse();
		assertThat(position.isAheadOf(position.at(43))).isFalse();
		assertThat(new FlagPosition("other", 43).isAheadOf(position)).isFalse();
		assertThat(position.isSameEpoch(position.at(1))).isTrue();
		assertThat(position.isSameEpoch(new FlagPosition("K7F3", 42))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  ", "shop\nproduction", "shop\u0000" })
	void unusableFlagSetNameIsRefused(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> FlagSetId.of(name)).withMessageStartingWith("flag set");
	}

	@Test
	void flagSetNameIsLimited() {
		assertThat(FlagSetId.of("a".repeat(128))).hasToString("a".repeat(128));
		assertThatIllegalArgumentException().isThrownBy(() -> FlagSetId.of("a".repeat(129)))
			.withMessageContaining("at most 128 characters, but has 129");
	}

}
