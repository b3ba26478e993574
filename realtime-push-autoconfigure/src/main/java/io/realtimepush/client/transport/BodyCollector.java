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

package io.realtimepush.client.transport;

import java.io.ByteArrayOutputStream;

import io.realtimepush.client.ConnectFailedException;
import io.realtimepush.client.ConnectFailure;

/**
 * Puts the parts of a body together, up to a limit.
 */
final class BodyCollector {

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	void add(byte[] part, int limit) {
		if (this.bytes.size() + part.length > limit) {
			throw new ConnectFailedException(new ConnectFailure(ConnectFailure.Kind.BROKEN, "too_large",
					"the server sent more than " + limit + " bytes in one message"));
		}
		this.bytes.writeBytes(part);
	}

	int size() {
		return this.bytes.size();
	}

	byte[] toBytes() {
		return this.bytes.toByteArray();
	}

}
