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

package io.realtimepush.transport;

import java.nio.charset.StandardCharsets;

/**
 * Single requests, each over a connection of its own.
 */
final class HttpClient {

	private HttpClient() {
	}

	static RawConnection.Answer get(LoopbackServer server, String path, OpenOptions options) {
		return send(server, options.target(path), options, null);
	}

	static RawConnection.Answer send(LoopbackServer server, String requestLine, OpenOptions options, String body) {
		try (RawConnection connection = RawConnection.to(server)) {
			byte[] bytes = (body != null) ? body.getBytes(StandardCharsets.UTF_8) : new byte[0];
			OpenOptions complete = (body != null) ? options.header("Content-Length", String.valueOf(bytes.length))
					: options;
			connection.request(requestLine, complete.headers());
			return connection.write(bytes).readAnswer();
		}
	}

}
