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

import java.util.Map;

/**
 * Implemented by a {@link FlagSource} that goes on serving what it read last when it
 * cannot read any more, so that the failure does not show in its answers. Health tells
 * these problems.
 *
 * @since 0.1.0
 */
public interface FlagSourceHealth {

	/**
	 * Return what is wrong now. Must not block.
	 * @return a description for each place (a file, a directory) that cannot be read;
	 * empty if all is well
	 */
	Map<String, String> problems();

}
