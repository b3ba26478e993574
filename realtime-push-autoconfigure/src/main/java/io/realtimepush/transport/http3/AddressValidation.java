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
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicTokenHandler;

/**
 * Has clients prove their address before anything is kept of them, as long as many
 * connections are in their handshake: they are sent a token, and come again with it. The
 * token is the time, a code that only this process can make, and the connection id that
 * the client began with.
 * <p>
 * Called on the event loop of the server.
 */
final class AddressValidation implements QuicTokenHandler {

	private static final Duration LASTS = Duration.ofSeconds(10);

	private static final int TIME = Long.BYTES;

	private static final int CODE = 16;

	private final BooleanSupplier required;

	private final Mac mac;

	/**
	 * Create the validation.
	 * @param required tells whether a client without a token has to come again
	 */
	AddressValidation(BooleanSupplier required) {
		this.required = required;
		byte[] secret = new byte[32];
		new SecureRandom().nextBytes(secret);
		try {
			this.mac = Mac.getInstance("HmacSHA256");
			this.mac.init(new SecretKeySpec(secret, "HmacSHA256"));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public boolean writeToken(ByteBuf out, ByteBuf connectionId, InetSocketAddress address) {
		if (!this.required.getAsBoolean()) {
			return false;
		}
		byte[] id = ByteBufUtil.getBytes(connectionId);
		long now = System.nanoTime();
		out.writeLong(now).writeBytes(code(now, id, address)).writeBytes(id);
		return true;
	}

	@Override
	public int validateToken(ByteBuf token, InetSocketAddress address) {
		int idLength = token.readableBytes() - TIME - CODE;
		if (idLength < 0 || idLength > Quic.MAX_CONN_ID_LEN) {
			return -1;
		}
		int start = token.readerIndex();
		long since = token.getLong(start);
		byte[] code = ByteBufUtil.getBytes(token, start + TIME, CODE);
		byte[] id = ByteBufUtil.getBytes(token, start + TIME + CODE, idLength);
		boolean mine = MessageDigest.isEqual(code, code(since, id, address));
		return (mine && System.nanoTime() - since < LASTS.toNanos()) ? TIME + CODE : -1;
	}

	private byte[] code(long time, byte[] id, InetSocketAddress address) {
		for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
			this.mac.update((byte) (time >>> shift));
		}
		this.mac.update(address.getAddress().getAddress());
		return Arrays.copyOf(this.mac.doFinal(id), CODE);
	}

	@Override
	public int maxTokenLength() {
		return TIME + CODE + Quic.MAX_CONN_ID_LEN;
	}

}
