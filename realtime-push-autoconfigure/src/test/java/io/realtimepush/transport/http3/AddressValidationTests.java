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

package io.realtimepush.transport.http3;

import java.net.InetSocketAddress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AddressValidation}.
 */
class AddressValidationTests {

	private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 4711);

	private final AddressValidation validation = new AddressValidation(() -> true);

	private ByteBuf token() {
		ByteBuf token = Unpooled.buffer();
		assertThat(this.validation.writeToken(token, Unpooled.wrappedBuffer(new byte[] { 1, 2, 3 }), CLIENT)).isTrue();
		return token;
	}

	@Test
	void tokenEndsWithTheConnectionIdThatTheClientBeganWith() {
		ByteBuf token = token();
		int start = this.validation.validateToken(token, CLIENT);
		assertThat(start).isPositive();
		assertThat(token.slice(start, token.readableBytes() - start))
			.isEqualTo(Unpooled.wrappedBuffer(new byte[] { 1, 2, 3 }));
		assertThat(token.readableBytes()).isLessThanOrEqualTo(this.validation.maxTokenLength());
	}

	@Test
	void tokenOfAnotherAddressIsRefused() {
		assertThat(this.validation.validateToken(token(), new InetSocketAddress("192.0.2.2", 4711))).isNegative();
	}

	@Test
	void tokenOfAnotherServerIsRefused() {
		assertThat(new AddressValidation(() -> true).validateToken(token(), CLIENT)).isNegative();
	}

	@Test
	void changedTokenIsRefused() {
		ByteBuf token = token();
		for (int i = 0; i < token.readableBytes(); i++) {
			ByteBuf changed = token.copy();
			changed.setByte(i, changed.getByte(i) ^ 1);
			assertThat(this.validation.validateToken(changed, CLIENT)).as("byte " + i).isNegative();
		}
		assertThat(this.validation.validateToken(token.slice(0, 10), CLIENT)).isNegative();
		assertThat(this.validation.validateToken(Unpooled.wrappedBuffer(new byte[100]), CLIENT)).isNegative();
	}

	@Test
	void noTokenIsWrittenWhileTheServerIsNotBusy() {
		ByteBuf out = Unpooled.buffer();
		assertThat(new AddressValidation(() -> false).writeToken(out, Unpooled.EMPTY_BUFFER, CLIENT)).isFalse();
		assertThat(out.isReadable()).isFalse();
	}

}
