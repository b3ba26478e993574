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

package io.realtimepush.test;

/**
 * How what a {@link FakePushServer} sends gets to its clients.
 */
enum Flow {

	/** As it is sent. */
	NORMAL,

	/** Not at all. */
	STALLED,

	/** When that is over, all at once. */
	BUFFERED,

	/** Twice. */
	DUPLICATED,

	/** Each message behind the one that was sent after it. */
	REORDERED

}
