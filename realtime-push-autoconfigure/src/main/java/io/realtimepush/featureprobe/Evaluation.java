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

import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;

/**
 * What a toggle gives a user.
 *
 * @param value the value, or {@code null} if the user is served none
 * @param ruleIndex the rule that decided, or {@code null} if none did
 * @param variationIndex the variation that the value is, or {@code null} if there is none
 * @param version the version of the toggle
 * @param reason what decided, in words
 * @since 0.1.0
 */
public record Evaluation(@Nullable FlagValue value, @Nullable Integer ruleIndex, @Nullable Integer variationIndex,
		long version, String reason) {

}
