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

package io.realtimepush.transport.channel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.MessageReader;
import io.realtimepush.protocol.ProtocolViolationException;
import org.jspecify.annotations.Nullable;

/**
 * Close frames (RFC 6455, section 5.5.1).
 *
 * @since 0.1.0
 */
public final class CloseFrame {

	private static final int FINAL_CLOSE = 0x88;

	/** A close frame has room for 123 bytes of text. */
	private static final int MAX_TEXT = 123;

	private CloseFrame() {
	}

	/**
	 * A frame that tells why the server closes.
	 * @param reason the reason
	 * @param detail what to say instead of the reason's own text, or {@code null}
	 * @return the frame, owned by the caller
	 */
	public static ByteBuf of(CloseReason reason, @Nullable String detail) {
		return of(reason.closeCode(), (detail != null) ? detail : reason.text());
	}

	/**
	 * A frame with a code of its own.
	 * @param code the close code
	 * @param text says why; what is longer than a frame takes is cut off
	 * @return the frame, owned by the caller
	 */
	public static ByteBuf of(int code, String text) {
		byte[] bytes = cut(text).getBytes(StandardCharsets.UTF_8);
		return frame(2 + bytes.length).writeShort(code).writeBytes(bytes);
	}

	private static ByteBuf frame(int length) {
		return Unpooled.directBuffer(2 + length).writeByte(FINAL_CLOSE).writeByte(length);
	}

	/**
	 * Cut a text so that a close frame takes it.
	 * @param text the text
	 * @return as much of it as there is room for
	 */
	public static String cut(String text) {
		String result = (text.length() > MAX_TEXT) ? text.substring(0, MAX_TEXT) : text;
		while (result.getBytes(StandardCharsets.UTF_8).length > MAX_TEXT) {
			result = result.substring(0, result.length() - 1);
		}
		return result;
	}

	/**
	 * The answer to a close frame of the client: its code.
	 * @param payload the payload of the client's frame
	 * @return the frame, owned by the caller
	 * @throws ProtocolViolationException if the client's frame is broken
	 */
	public static ByteBuf echo(byte[] payload) {
		if (payload.length == 0) {
			return frame(0);
		}
		int code = (payload.length >= 2) ? ByteBuffer.wrap(payload).getChar() : 0;
		if (!WebSocketCloseStatus.isValidStatusCode(code)) {
			throw new ProtocolViolationException(CloseReason.PROTOCOL_ERROR, "close code " + code + " is not allowed");
		}
		MessageReader.decode(ByteBuffer.wrap(payload, 2, payload.length - 2));
		return frame(2).writeShort(code);
	}

}
