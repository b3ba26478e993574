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

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ProtocolViolationException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MessageDeflate}.
 */
class MessageDeflateTests {

	private static final int MAX = 64 * 1024;

	private static byte[] withoutEnd(byte[] compressed) {
		return Arrays.copyOf(compressed, compressed.length - MessageDeflate.END_LENGTH);
	}

	private static byte[] deflate(byte[] message, int flush, boolean finish) {
		Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
		deflater.setInput(message);
		if (finish) {
			deflater.finish();
		}
		byte[] out = new byte[message.length + 100];
		int length = deflater.deflate(out, 0, out.length, flush);
		deflater.end();
		return Arrays.copyOf(out, length);
	}

	@Property
	void messageIsDecompressedAsItWas(@ForAll @Size(max = 500) byte[] message) {
		byte[] compressed = MessageDeflate.deflate(message, message.length + 100);
		assertThat(compressed).isNotNull().endsWith(0, 0, 0xFF, 0xFF);
		assertThat(MessageDeflate.inflate(withoutEnd(compressed), message.length)).isEqualTo(message);
	}

	@Property
	void anyBytesAreDecompressedOrRefused(@ForAll @Size(max = 200) byte[] bytes) {
		try {
			assertThat(MessageDeflate.inflate(bytes, MAX)).hasSizeLessThanOrEqualTo(MAX);
		}
		catch (ProtocolViolationException ex) {
			assertThat(ex.closeReason()).isIn(CloseReason.NOT_UTF8, CloseReason.TOO_LARGE);
		}
	}

	@Test
	void messageOnTheLimitIsOfUse() {
		byte[] message = "abcdabcdabcdabcdabcdabcdabcdabcdabcd".getBytes(StandardCharsets.US_ASCII);
		byte[] compressed = MessageDeflate.deflate(message, 1000);
		assertThat(compressed).isNotNull().hasSizeLessThan(message.length);
		assertThat(MessageDeflate.deflate(message, compressed.length)).isEqualTo(compressed);
		assertThat(MessageDeflate.deflate(message, compressed.length - 1)).isNull();
		assertThat(MessageDeflate.deflate(message, 0)).isNull();
	}

	@Test
	void messagesAreIndependent() {
		byte[] message = "the same again".getBytes(StandardCharsets.US_ASCII);
		byte[] first = MessageDeflate.deflate(message, 1000);
		assertThat(MessageDeflate.deflate(message, 1000)).isEqualTo(first);
	}

	@Test
	void bombIsTooLarge() {
		byte[] bomb = withoutEnd(deflate(new byte[10_000_000], Deflater.SYNC_FLUSH, false));
		assertThat(bomb).hasSizeLessThan(20_000);
		assertThatExceptionOfType(ProtocolViolationException.class).isThrownBy(() -> MessageDeflate.inflate(bomb, MAX))
			.satisfies((ex) -> assertThat(ex.closeReason()).isEqualTo(CloseReason.TOO_LARGE));
	}

	@Test
	void garbageIsRefusedAndForgotten() {
		byte[] garbage = { 7, 7, 7, 7, 7, 7 };
		assertThatExceptionOfType(ProtocolViolationException.class)
			.isThrownBy(() -> MessageDeflate.inflate(garbage, MAX))
			.satisfies((ex) -> assertThat(ex.closeReason()).isEqualTo(CloseReason.NOT_UTF8));
		messageIsDecompressedAsItWas(new byte[] { 1, 2, 3 });
	}

	/** RFC 7692, section 7.2.3.4. */
	@Test
	void lastBlockIsFollowedByMore() {
		byte[] hello = "Hello".getBytes(StandardCharsets.US_ASCII);
		byte[] finished = deflate(hello, Deflater.NO_FLUSH, true);
		assertThat(MessageDeflate.inflate(Arrays.copyOf(finished, finished.length + 1), 5)).isEqualTo(hello);
		byte[] twice = Arrays.copyOf(finished, 2 * finished.length + 1);
		System.arraycopy(finished, 0, twice, finished.length, finished.length);
		assertThat(MessageDeflate.inflate(twice, 10)).asString(StandardCharsets.US_ASCII).isEqualTo("HelloHello");
	}

	/** RFC 7692, sections 7.2.3.1, 7.2.3.3 and 7.2.3.6. */
	@Test
	void examplesOfTheRfcAreRead() {
		byte[] compressed = { (byte) 0xf2, 0x48, (byte) 0xcd, (byte) 0xc9, (byte) 0xc9, 0x07, 0x00 };
		byte[] stored = { 0x00, 0x05, 0x00, (byte) 0xfa, (byte) 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00 };
		assertThat(MessageDeflate.inflate(compressed, 5)).asString(StandardCharsets.US_ASCII).isEqualTo("Hello");
		assertThat(MessageDeflate.inflate(stored, 5)).asString(StandardCharsets.US_ASCII).isEqualTo("Hello");
		assertThat(MessageDeflate.inflate(new byte[] { 0x00 }, 5)).isEmpty();
	}

}
