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

package io.realtimepush.transport.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.MessageWriter;
import io.realtimepush.session.SessionRejectedException;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/**
 * A refusal as an HTTP answer: problem details (RFC 9457) with the code of the protocol.
 *
 * @param status the HTTP status
 * @param headers the headers of the answer
 * @param body the JSON, in UTF-8
 * @since 0.1.0
 */
public record Problem(int status, Map<String, String> headers, byte[] body) {

	/**
	 * Describe a refusal.
	 * @param rejected the refusal
	 * @return the answer to it
	 */
	public static Problem of(SessionRejectedException rejected) {
		CloseReason reason = rejected.closeReason();
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		headers.put(HttpHeaders.CACHE_CONTROL, "no-store");
		Duration retryAfter = rejected.retryAfter();
		if (reason == CloseReason.UNAUTHORIZED || reason == CloseReason.TOKEN_EXPIRED) {
			headers.put(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
		}
		if (retryAfter != null || reason.httpStatus() == 503 || reason.httpStatus() == 429) {
			long seconds = (retryAfter != null) ? Math.max(1, (retryAfter.toMillis() + 999) / 1000) : 1;
			headers.put(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
		}
		byte[] body = MessageWriter.writeProblem(reason, String.valueOf(rejected.getMessage()));
		headers.put(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
		return new Problem(reason.httpStatus(), headers, body);
	}

}
