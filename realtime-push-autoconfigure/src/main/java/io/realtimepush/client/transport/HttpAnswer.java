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

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.realtimepush.client.ConnectFailure;
import io.realtimepush.protocol.Problem;
import io.realtimepush.protocol.ServerMessageReader;
import org.jspecify.annotations.Nullable;

/**
 * A whole HTTP answer.
 *
 * @param status its status
 * @param headers its headers
 * @param body its body
 */
record HttpAnswer(int status, HttpHeaders headers, byte[] body) {

	boolean isOk() {
		return this.status == 200;
	}

	/**
	 * Return what this answer means if it is not the one that was asked for.
	 * @return the failure
	 */
	ConnectFailure toFailure() {
		Problem problem = ServerMessageReader.readProblem(this.body);
		Duration retryAfter = retryAfter(this.headers);
		return (problem != null) ? ConnectFailure.ofProblem(this.status, problem.code(), problem.detail(), retryAfter)
				: ConnectFailure.ofStatus(this.status, retryAfter);
	}

	/**
	 * Read {@code Retry-After}: seconds, or a date.
	 * @param headers the headers of an answer
	 * @return the time until then, or {@code null} if there is none that can be read
	 */
	static @Nullable Duration retryAfter(HttpHeaders headers) {
		String value = headers.get(HttpHeaderNames.RETRY_AFTER);
		if (value == null) {
			return null;
		}
		if (value.matches("\\d{1,9}")) {
			return Duration.ofSeconds(Long.parseLong(value));
		}
		try {
			Duration until = Duration.between(Instant.now(),
					ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME));
			return until.isNegative() ? Duration.ZERO : until;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

}
