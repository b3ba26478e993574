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

package io.realtimepush.session;

import io.realtimepush.flags.SdkKey;

/**
 * Told of keys that were added, changed or revoked, on any thread, one call after
 * another. Must not block.
 *
 * @since 0.1.0
 */
public interface SdkKeyListener {

	/**
	 * A key was added, changed or revoked.
	 * @param key the key
	 */
	void keyChanged(SdkKey key);

	/**
	 * The registry could not be followed for a while, so any key may have changed.
	 */
	void anyKeyMayHaveChanged();

}
