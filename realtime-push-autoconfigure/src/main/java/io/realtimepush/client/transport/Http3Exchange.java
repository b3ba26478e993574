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
import java.net.URI;
import java.util.Locale;
import java.util.Map;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3Exception;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.quic.QuicException;
import io.netty.handler.codec.quic.QuicStreamChannel;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.MonoSink;

/**
 * A request and its answer on a stream of a QUIC connection. Confined to its event loop.
 */
final class Http3Exchange extends Http3RequestStreamInboundHandler implements Disposable {

	/** {@code H3_REQUEST_CANCELLED} of RFC 9114. */
	private static final int CANCELLED = 0x10c;

	private static final int FIRST_FINAL_STATUS = 200;

	private final HttpCall call;

	private final HttpWay.AnswerReader reader;

	private final MonoSink<Void> sink;

	private @Nullable QuicStreamChannel stream;

	private boolean answered;

	private boolean ended;

	/**
	 * Create an exchange.
	 * @param call what is asked
	 * @param reader is given the answer
	 * @param sink is told of its end
	 */
	Http3Exchange(HttpCall call, HttpWay.AnswerReader reader, MonoSink<Void> sink) {
		this.call = call;
		this.reader = reader;
		this.sink = sink;
	}

	/** Send the request. */
	void send(QuicStreamChannel opened) {
		this.stream = opened;
		if (this.ended) {
			reset();
			return;
		}
		Http3HeadersFrame head = new DefaultHttp3HeadersFrame();
		describe(head.headers());
		byte[] body = this.call.body();
		if (body == null) {
			opened.writeAndFlush(head).addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
		}
		else {
			opened.write(head);
			opened.writeAndFlush(new DefaultHttp3DataFrame(Unpooled.wrappedBuffer(body)))
				.addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
		}
	}

	private void describe(Http3Headers headers) {
		URI url = URI.create(this.call.query().url(this.call.endpoint(), this.call.path()));
		String query = url.getRawQuery();
		headers.method(this.call.method().name())
			.scheme("https")
			.authority(url.getRawAuthority())
			.path((query != null) ? url.getRawPath() + "?" + query : url.getRawPath());
		headers.set("authorization", "Bearer " + this.call.credential());
		headers.set("accept", "application/json");
		byte[] body = this.call.body();
		if (body != null) {
			headers.set("content-type", "application/json");
			headers.set("content-length", Integer.toString(body.length));
		}
		this.call.headers().forEach((name, value) -> headers.set(name.toLowerCase(Locale.ROOT), value));
	}

	@Override
	protected void channelRead(ChannelHandlerContext context, Http3HeadersFrame frame) {
		CharSequence status = frame.headers().status();
		if (this.ended || this.answered || status == null) {
			return;
		}
		int code = Integer.parseInt(status.toString());
		if (code < FIRST_FINAL_STATUS) {
			return;
		}
		this.answered = true;
		HttpHeaders headers = new DefaultHttpHeaders();
		for (Map.Entry<CharSequence, CharSequence> header : frame.headers()) {
			if (header.getKey().charAt(0) != ':') {
				headers.add(header.getKey(), header.getValue());
			}
		}
		guarded(() -> this.reader.head(code, headers));
	}

	@Override
	protected void channelRead(ChannelHandlerContext context, Http3DataFrame frame) {
		try {
			if (!this.ended) {
				byte[] part = ByteBufUtil.getBytes(frame.content());
				guarded(() -> this.reader.body(part));
			}
		}
		finally {
			frame.release();
		}
	}

	private void guarded(Runnable reading) {
		try {
			reading.run();
		}
		catch (RuntimeException ex) {
			fail(ex);
			reset();
		}
	}

	@Override
	protected void channelInputClosed(ChannelHandlerContext context) {
		if (!this.answered) {
			fail(new IOException("the server has ended the exchange without an answer"));
		}
		else if (!this.ended) {
			this.ended = true;
			this.sink.success();
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		fail(new IOException("the connection was lost"));
	}

	@Override
	protected void handleQuicException(ChannelHandlerContext context, QuicException ex) {
		fail(ex);
	}

	@Override
	protected void handleHttp3Exception(ChannelHandlerContext context, Http3Exception ex) {
		fail(ex);
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
		fail(cause);
	}

	private void fail(Throwable cause) {
		if (!this.ended) {
			this.ended = true;
			this.sink.error(cause);
		}
	}

	private void reset() {
		if (this.stream != null) {
			this.stream.shutdown(CANCELLED, this.stream.newPromise());
		}
	}

	@Override
	public void dispose() {
		if (!this.ended) {
			this.ended = true;
			reset();
		}
	}

}
