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

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.dns.DefaultDnsQuery;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryEncoder;
import io.netty.handler.codec.dns.TcpDnsResponseDecoder;

/**
 * Messages of the domain name system, as RFC 8484 carries them: those of TCP without the
 * length in front.
 */
final class DnsMessages {

	private DnsMessages() {
	}

	/**
	 * Write a question. Its id is 0, so that equal questions are equal bytes.
	 * @param host the name
	 * @param type what is asked for
	 */
	static byte[] question(String host, DnsRecordType type) {
		EmbeddedChannel channel = new EmbeddedChannel(new TcpDnsQueryEncoder());
		try {
			channel.writeOutbound(new DefaultDnsQuery(0).setRecursionDesired(true)
				.addRecord(DnsSection.QUESTION, new DefaultDnsQuestion(host, type)));
			ByteBuf message = channel.readOutbound();
			try {
				return ByteBufUtil.getBytes(message, message.readerIndex() + Short.BYTES,
						message.readableBytes() - Short.BYTES);
			}
			finally {
				message.release();
			}
		}
		finally {
			channel.finishAndReleaseAll();
		}
	}

	/**
	 * Read an answer.
	 * @param host the name that was asked for
	 * @param type what was asked for
	 * @param message the answer
	 * @return the addresses, none if there are none of this type
	 * @throws UnknownHostException if the name does not exist
	 * @throws IOException if the answer is none
	 */
	static Answer answer(String host, DnsRecordType type, byte[] message) throws IOException {
		EmbeddedChannel channel = new EmbeddedChannel(new TcpDnsResponseDecoder());
		try {
			channel.writeInbound(Unpooled.wrappedBuffer(Unpooled.buffer(Short.BYTES).writeShort(message.length),
					Unpooled.wrappedBuffer(message)));
			DnsResponse response = channel.readInbound();
			if (response == null) {
				throw new IOException("the answer of the name server is incomplete");
			}
			try {
				return answer(host, type, response);
			}
			finally {
				response.release();
			}
		}
		catch (RuntimeException ex) {
			throw new IOException("the answer of the name server cannot be read", ex);
		}
		finally {
			channel.finishAndReleaseAll();
		}
	}

	private static Answer answer(String host, DnsRecordType type, DnsResponse response) throws IOException {
		if (response.code().equals(DnsResponseCode.NXDOMAIN)) {
			throw new UnknownHostException(host);
		}
		if (!response.code().equals(DnsResponseCode.NOERROR)) {
			throw new IOException("the name server answers " + response.code());
		}
		List<InetAddress> addresses = new ArrayList<>();
		long seconds = Long.MAX_VALUE;
		for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
			DnsRecord record = response.recordAt(DnsSection.ANSWER, i);
			// Those of aliases on the way count too
			seconds = Math.min(seconds, record.timeToLive());
			if (record.type().equals(type) && record instanceof DnsRawRecord address) {
				addresses.add(InetAddress.getByAddress(host, ByteBufUtil.getBytes(address.content())));
			}
		}
		return new Answer(addresses, Duration.ofSeconds(addresses.isEmpty() ? 0 : seconds));
	}

	/**
	 * What a name server has answered.
	 *
	 * @param addresses the addresses
	 * @param lasts how long they may be used
	 */
	record Answer(List<InetAddress> addresses, Duration lasts) {

	}

}
