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

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import io.realtimepush.protocol.AccessGrant;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.MessageWriter;
import io.realtimepush.protocol.ServerMessage;

/**
 * An answer by HTTP of a {@link FakePushServer}, whether or not the protocol allows it.
 *
 * @param status the HTTP status
 * @param body the body
 * @param headers the headers
 * @since 0.1.0
 */
public record FakeAnswer(int status, String body, Map<String, String> headers) {

	public FakeAnswer {
		headers = Map.copyOf(headers);
	}

	/**
	 * Create an answer that says to be JSON.
	 * @param status the HTTP status
	 * @param body the body
	 */
	public FakeAnswer(int status, String body) {
		this(status, body, Map.of("Content-Type", "application/json"));
	}

	/**
	 * Answer with a refusal as the protocol has it.
	 * @param reason why
	 * @return the answer
	 */
	public static FakeAnswer of(CloseReason reason) {
		return new FakeAnswer(reason.httpStatus(), text(MessageWriter.writeProblem(reason, reason.text())));
	}

	/**
	 * Answer with an access token.
	 * @param grant the token
	 * @return the answer
	 */
	public static FakeAnswer of(AccessGrant grant) {
		return new FakeAnswer(200, text(MessageWriter.writeGrant(grant)));
	}

	/**
	 * Answer with a message.
	 * @param message the message
	 * @return the answer
	 */
	public static FakeAnswer of(ServerMessage message) {
		return new FakeAnswer(200, text(MessageWriter.write(message)));
	}

	private static String text(byte[] utf8) {
		return new String(utf8, StandardCharsets.UTF_8);
	}

	/**
	 * Add a header.
	 * @param header its name
	 * @param value its value
	 * @return the answer with the header
	 */
	public FakeAnswer with(String header, String value) {
		Map<String, String> all = new LinkedHashMap<>(this.headers);
		all.put(header, value);
		return new FakeAnswer(this.status, this.body, all);
	}

}
