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

import java.nio.ByteBuffer;

import io.realtimepush.flags.RealtimePushException;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.MessageReader;
import io.realtimepush.session.SessionRejectedException;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Reads bodies up to a limit.
 *
 * @since 0.1.0
 */
public final class BodyReader {

	private BodyReader() {
	}

	/**
	 * Read a body.
	 * @param request the request
	 * @param maxBytes its largest size
	 * @return the text, or the error {@link SessionRejectedException} if it is larger or
	 * ends too early; text that is not UTF-8 is
	 * {@link io.realtimepush.protocol.ProtocolViolationException}
	 */
	public static Mono<String> read(ServerHttpRequest request, int maxBytes) {
		if (request.getHeaders().getContentLength() > maxBytes) {
			return Mono.error(tooLarge(maxBytes));
		}
		return DataBufferUtils.join(request.getBody(), maxBytes)
			.map(BodyReader::decode)
			.defaultIfEmpty("")
			.onErrorMap(DataBufferLimitException.class, (ex) -> tooLarge(maxBytes))
			.onErrorMap((ex) -> !(ex instanceof RealtimePushException),
					(ex) -> new SessionRejectedException(CloseReason.BAD_REQUEST,
							"the body cannot be read to its end"));
	}

	private static SessionRejectedException tooLarge(int maxBytes) {
		return new SessionRejectedException(CloseReason.TOO_LARGE, "the body is larger than " + maxBytes + " bytes");
	}

	private static String decode(DataBuffer buffer) {
		try {
			byte[] bytes = new byte[buffer.readableByteCount()];
			buffer.read(bytes);
			return MessageReader.decode(ByteBuffer.wrap(bytes));
		}
		finally {
			DataBufferUtils.release(buffer);
		}
	}

}
