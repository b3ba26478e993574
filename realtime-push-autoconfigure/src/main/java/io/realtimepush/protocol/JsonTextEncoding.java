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

package io.realtimepush.protocol;

import java.io.OutputStream;

import io.realtimepush.flags.FlagValue;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Messages as JSON on one line, in UTF-8. Flag values are copied as the text they are
 * kept as.
 */
final class JsonTextEncoding extends MessageEncoding {

	private static final JsonFactory JSON_FACTORY = new JsonFactory();

	JsonTextEncoding() {
		super("realtime-push.v1", false);
	}

	@Override
	public byte[] toJson(byte[] message) {
		return message;
	}

	@Override
	JsonGenerator generator(OutputStream out) {
		return JSON_FACTORY.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8);
	}

	@Override
	void writeValue(JsonGenerator to, FlagValue value) {
		to.writeRawValue(value.json());
	}

}
