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

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.realtimepush.flags.FlagPosition;

/**
 * How a client opens a session. Immutable.
 *
 * @param query query parameters, as {@code name=value}, encoded
 * @param headers headers, as {@code Name: value}
 * @param receiveBuffer size of the socket's buffer, or 0
 */
record OpenOptions(List<String> query, List<String> headers, int receiveBuffer) {

	static OpenOptions nobody() {
		return new OpenOptions(List.of(), List.of(), 0);
	}

	static OpenOptions key(String key) {
		return nobody().header("Authorization", "Bearer " + key);
	}

	OpenOptions query(String name, String value) {
		List<String> more = new ArrayList<>(this.query);
		more.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
		return new OpenOptions(more, this.headers, this.receiveBuffer);
	}

	OpenOptions header(String name, String value) {
		List<String> more = new ArrayList<>(this.headers);
		more.add(name + ": " + value);
		return new OpenOptions(this.query, more, this.receiveBuffer);
	}

	OpenOptions at(FlagPosition position) {
		return query("position", position.toString());
	}

	OpenOptions mode(String mode) {
		return query("mode", mode);
	}

	OpenOptions flags(String... patterns) {
		OpenOptions result = this;
		for (String pattern : patterns) {
			result = result.query("flags", pattern);
		}
		return result;
	}

	/** With the shortest silence that can be agreed upon. */
	OpenOptions beating() {
		return query("heartbeat", "5000");
	}

	OpenOptions smallBuffer() {
		return new OpenOptions(this.query, this.headers, 8192);
	}

	String target(String path) {
		return "GET " + path + (this.query.isEmpty() ? "" : "?" + String.join("&", this.query));
	}

}
