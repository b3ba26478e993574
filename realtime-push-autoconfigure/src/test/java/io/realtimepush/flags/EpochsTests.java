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

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Epochs}.
 */
class EpochsTests {

	@Test
	void randomEpochsAreValidAndDiffer() {
		assertThat(Stream.generate(Epochs::random).limit(1000)).doesNotHaveDuplicates()
			.allMatch((epoch) -> epoch.matches("[a-z0-9]{8}"))
			.allMatch((epoch) -> Epochs.requireValid(epoch).equals(epoch));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "123456789", "a.b", "a:b", "a b", "é", "a\n" })
	void unusableEpochIsRefused(String epoch) {
		assertThatIllegalArgumentException().isThrownBy(() -> Epochs.requireValid(epoch))
			.withMessage("epoch of a flag source must be 1 to 8 characters of [A-Za-z0-9_-], but was '%s'", epoch);
	}

}
