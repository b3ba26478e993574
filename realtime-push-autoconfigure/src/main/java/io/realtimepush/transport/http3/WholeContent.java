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

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;

/**
 * Has content begin at index 0 of its buffer. Netty's codec for HTTP/3 puts the head of a
 * frame and its content into a composite that counts from there, whatever has been read.
 */
@Sharable
final class WholeContent extends ChannelOutboundHandlerAdapter {

	static final WholeContent INSTANCE = new WholeContent();

	static final String NAME = "realtimepush.wholeContent";

	private WholeContent() {
	}

	@Override
	public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
		boolean begun = message instanceof HttpContent content && content.content().readerIndex() > 0;
		context.write(begun ? whole((HttpContent) message) : message, promise);
	}

	private static HttpContent whole(HttpContent content) {
		return content.replace(content.content().slice());
	}

}
