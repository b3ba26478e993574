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

package io.realtimepush.hub;

import org.springframework.util.Assert;

/**
 * How much of the past of each flag set is kept for those who resume.
 *
 * @param maxVersions most deltas, at least 1
 * @param maxBytes most heap of the deltas, estimated, in bytes
 * @since 0.1.0
 */
public record RingLimits(int maxVersions, long maxBytes) {

	/**
	 * 128 versions or 1 MiB.
	 */
	public static final RingLimits DEFAULT = new RingLimits(128, 1 << 20);

	public RingLimits {
		Assert.isTrue(maxVersions >= 1, () -> "ring must hold at least 1 version, but was " + maxVersions);
		Assert.isTrue(maxBytes >= 0, () -> "ring must hold at least 0 bytes, but was " + maxBytes);
	}

}
