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

import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;

/**
 * How a WebSocket on a bare channel ends in agreement with the client (RFC 6455, section
 * 7.1). Called on the event loop.
 *
 * @since 0.1.0
 */
public final class ClosingHandshake {

	/**
	 * Time for the client to take the close frame and to answer it. Until then what it
	 * sends is read: closing the socket over unread bytes would reset it, and the client
	 * would not see why.
	 */
	private static final int GOODBYE_SECONDS = 2;

	private ClosingHandshake() {
	}

	/**
	 * Wait for the close frame of the client, because ours has been written, but not for
	 * long.
	 * @param context where the channel is read
	 */
	public static void await(ChannelHandlerContext context) {
		context.channel().config().setAutoRead(true);
		closeSoon(context);
	}

	/**
	 * Answer the close frame of the client, and close.
	 * @param context where the channel is written
	 * @param answer the answer, released by this method
	 */
	public static void answer(ChannelHandlerContext context, ByteBuf answer) {
		context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
		closeSoon(context);
	}

	private static void closeSoon(ChannelHandlerContext context) {
		context.executor().schedule(() -> context.close(), GOODBYE_SECONDS, TimeUnit.SECONDS);
	}

}
