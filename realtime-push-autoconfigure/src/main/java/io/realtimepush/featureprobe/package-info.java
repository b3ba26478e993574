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

/**
 * FeatureProbe's model of flags: toggles with rules, segments, and their evaluation for a
 * user. In a flag set that holds them, each toggle is a flag of its key and each segment
 * a flag below {@code $segment/}, so that a toggle that changes is a delta of one flag.
 * <p>
 * Whether a flag set holds such documents or plain values is said by its source or by
 * configuration, never guessed from what the values look like: a value of the app may
 * look like a toggle, and would be taken for one.
 */
@NullMarked
package io.realtimepush.featureprobe;

import org.jspecify.annotations.NullMarked;
