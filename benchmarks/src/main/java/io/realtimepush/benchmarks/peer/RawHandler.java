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

package io.realtimepush.benchmarks.peer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * One connection, and the only handler in its pipeline. Reads requests as the load
 * generator writes them; what a WebSocket client sends is nothing but pongs, which are
 * dropped.
 */
final class RawHandler extends ChannelInboundHandlerAdapter {

	private static final ByteBuf END_OF_HEAD = Unpooled
		.unreleasableBuffer(Unpooled.copiedBuffer("\r\n\r\n", StandardCharsets.US_ASCII));

	private static final String WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

	private final RawFanout fanout;

	/** Where it is among the members of its event loop, or -1. */
	int index = -1;

	private @Nullable Channel channel;

	private RawFanout.@Nullable Transport transport;

	private @Nullable ByteBuf unread;

	RawHandler(RawFanout fanout) {
		this.fanout = fanout;
	}

	RawFanout.Transport transport() {
		Assert.state(this.transport != null, "no request has been read");
		return this.transport;
	}

	/** The shortest way there is: past the pipeline, and without a promise. */
	void write(ByteBuf frame) {
		Channel open = this.channel;
		if (open != null) {
			Channel.Unsafe unsafe = open.unsafe();
			unsafe.write(frame.retainedDuplicate(), unsafe.voidPromise());
			unsafe.flush();
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		ByteBuf data = (ByteBuf) message;
		if (this.transport == RawFanout.Transport.WEBSOCKET || this.transport == RawFanout.Transport.SSE) {
			data.release();
			return;
		}
		if (this.unread != null) {
			data = this.unread.writeBytes(data);
			((ByteBuf) message).release();
			this.unread = null;
		}
		if (!readRequest(context, data)) {
			this.unread = data;
		}
		else {
			data.release();
		}
	}

	private boolean readRequest(ChannelHandlerContext context, ByteBuf data) {
		int end = ByteBufUtil.indexOf(END_OF_HEAD, data);
		if (end < 0) {
			return false;
		}
		String head = data.toString(data.readerIndex(), end + 2 - data.readerIndex(), StandardCharsets.US_ASCII);
		if (head.startsWith("POST")) {
			return readPublication(context, data, head, end + 4);
		}
		open(context, head);
		return true;
	}

	private boolean readPublication(ChannelHandlerContext context, ByteBuf data, String head, int start) {
		byte[] body = new byte[Integer.parseInt(header(head, "content-length"))];
		if (data.writerIndex() - start < body.length) {
			return false;
		}
		data.getBytes(start, body);
		this.fanout.publish(body);
		answer(context, "HTTP/1.1 204 No Content\r\n\r\n");
		return true;
	}

	private void open(ChannelHandlerContext context, String head) {
		if (head.startsWith("GET /ws")) {
			answer(context, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
					+ "Sec-WebSocket-Accept: " + accept(header(head, "sec-websocket-key")) + "\r\n\r\n");
			this.transport = RawFanout.Transport.WEBSOCKET;
		}
		else if (head.startsWith("GET /sse")) {
			answer(context,
					"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n" + "transfer-encoding: chunked\r\n\r\n");
			this.transport = RawFanout.Transport.SSE;
		}
		else {
			this.transport = RawFanout.Transport.LONG_POLL;
		}
		this.channel = context.channel();
		this.fanout.join(this, context.channel().eventLoop());
	}

	private static void answer(ChannelHandlerContext context, String text) {
		context.writeAndFlush(RawFanout.writeText(context.alloc().buffer(text.length()), text), context.voidPromise());
	}

	private static String header(String head, String name) {
		int at = head.toLowerCase(Locale.ROOT).indexOf("\r\n" + name + ":");
		Assert.state(at >= 0, () -> "request has no header " + name);
		at += name.length() + 3;
		return head.substring(at, head.indexOf("\r\n", at)).trim();
	}

	private static String accept(String key) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-1");
			byte[] hash = digest.digest((key + WEBSOCKET_GUID).getBytes(StandardCharsets.US_ASCII));
			return Base64.getEncoder().encodeToString(hash);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-1", ex);
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		if (this.transport != null) {
			this.fanout.leave(this, context.channel().eventLoop());
		}
		if (this.unread != null) {
			this.unread.release();
			this.unread = null;
		}
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
		context.close();
	}

}
