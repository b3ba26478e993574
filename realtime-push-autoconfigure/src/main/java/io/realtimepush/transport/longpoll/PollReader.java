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

package io.realtimepush.transport.longpoll;

import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.FastThreadLocal;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.transport.channel.BorrowedSocket;
import io.realtimepush.transport.channel.SocketWriter;
import io.realtimepush.transport.http.JsonFormat;
import io.realtimepush.transport.http.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the HTTP codec of a connection that polls, and takes those polls that
 * differ from the one before in nothing but the position: they need no parsing, no
 * exchange and no login, which cost many times what the answer does. All else goes on to
 * the codec.
 * <p>
 * It begins when the server has served two polls in the usual way with equal requests and
 * equal heads of the answers, and while it is certain that the codec has got exactly
 * these. Confined to the channel's event loop.
 */
final class PollReader extends ChannelInboundHandlerAdapter implements Poll, BorrowedSocket.Receiver {

	/** Longest request that is looked at, in bytes. */
	private static final int MAX_REQUEST = 4096;

	/** Up to this size an answer is copied into one buffer rather than written as two. */
	private static final int MAX_COPY = 8192;

	/**
	 * What an event loop composes answers in: nearly all are small, and the socket takes
	 * them at once.
	 */
	private static final FastThreadLocal<ByteBuf> SCRATCH = new FastThreadLocal<>() {

		@Override
		protected ByteBuf initialValue() {
			return Unpooled.directBuffer();
		}

		@Override
		protected void onRemoval(ByteBuf scratch) {
			scratch.release();
		}

	};

	private static final byte[] SESSION = "realtime-push-session: ".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] LINE_END = "\r\n".getBytes(StandardCharsets.US_ASCII);

	/** Has all who have equal templates share one. */
	private final UnaryOperator<PollTemplate> shared;

	private @Nullable ChannelHandlerContext context;

	/** What was read since the server served a poll, if it was read at once. */
	private byte @Nullable [] request;

	/** Whether so much was read that it cannot be one request. */
	private boolean more = true;

	/** What the last two polls had in common. */
	private @Nullable PollTemplate template;

	/** Whether polls are taken. */
	private boolean taking;

	/** The session that was polled last. */
	private @Nullable LongPollConnection connection;

	/**
	 * Whether something was left to the codec since it was last told that this is all.
	 */
	private boolean passedOn = true;

	/** Whether nobody stands before this handler. */
	private boolean direct;

	/** The channel's socket, while polls come over it and nothing else does. */
	private @Nullable BorrowedSocket socket;

	/**
	 * Whether the socket was given back since the poll before: to borrow it for one poll
	 * costs more than it saves.
	 */
	private boolean returned;

	/** Whether a poll was taken whose answer the socket has not taken yet. */
	private boolean busy;

	/** What the client has sent meanwhile. */
	private @Nullable ByteBuf early;

	PollReader(UnaryOperator<PollTemplate> shared) {
		this.shared = shared;
	}

	@Override
	public void handlerAdded(ChannelHandlerContext added) {
		this.context = added;
	}

	private ChannelHandlerContext context() {
		ChannelHandlerContext present = this.context;
		if (present == null) {
			throw new IllegalStateException("the reader is in no pipeline");
		}
		return present;
	}

	private Channel channel() {
		return context().channel();
	}

	/**
	 * Return the session that was polled last on this connection.
	 */
	@Nullable LongPollConnection connection() {
		return this.connection;
	}

	/**
	 * The server has served a poll in the usual way.
	 * @param polled the session
	 * @param wait how long the poll may wait, in milliseconds
	 * @param uri the target of the request
	 * @param headers the headers of the request
	 * @param answer what the head of the answer says, beside the session and what the
	 * body is
	 */
	void served(LongPollConnection polled, long wait, String uri, HttpHeaders headers, byte[] answer) {
		byte[] bytes = this.request;
		PollTemplate before = (polled == this.connection) ? this.template : null;
		boolean known = bytes != null && !this.more && polled.executor() == context().executor();
		this.request = null;
		this.more = false;
		this.connection = polled;
		this.template = (known && bytes != null) ? PollTemplate.of(bytes, uri, headers, polled.name(), answer, wait)
				: null;
		if (this.template != null && this.template.equals(before)) {
			this.template = this.shared.apply(before);
			this.taking = true;
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext own, Object message) {
		ByteBuf bytes = (ByteBuf) message;
		if (this.busy) {
			keep(bytes);
		}
		else if (take(bytes)) {
			bytes.release();
		}
		else {
			this.taking = false;
			returnSocket();
			watch(bytes);
			this.passedOn = true;
			own.fireChannelRead(bytes);
		}
	}

	@Override
	public boolean receive(ByteBuf bytes) {
		return !this.busy && take(bytes);
	}

	/** Who has got nothing need not know that it was all. */
	@Override
	public void channelReadComplete(ChannelHandlerContext own) {
		if (this.passedOn) {
			this.passedOn = false;
			own.fireChannelReadComplete();
		}
	}

	/** Answers have to come in the order of the requests, and to be read. */
	private void keep(ByteBuf bytes) {
		returnSocket();
		channel().config().setAutoRead(false);
		if (this.early == null) {
			this.early = context().alloc().buffer(bytes.readableBytes());
		}
		this.early.writeBytes(bytes);
		bytes.release();
	}

	private boolean take(ByteBuf bytes) {
		PollTemplate expected = this.template;
		LongPollConnection polled = this.connection;
		if (!this.taking || expected == null || polled == null || !polled.isOpen()) {
			return false;
		}
		FlagPosition position = expected.match(bytes, polled.id());
		if (position == null) {
			return false;
		}
		this.busy = true;
		if (this.socket == null) {
			this.direct = channel().pipeline().firstContext() == this.context;
			this.socket = (this.direct && !this.returned) ? BorrowedSocket.of(channel(), this) : null;
			this.returned = false;
		}
		polled.next(this, position, expected.waitMillis());
		return true;
	}

	/** Remember the request, if it has come at once and alone. */
	private void watch(ByteBuf bytes) {
		boolean first = this.request == null && !this.more;
		this.request = (first && bytes.readableBytes() <= MAX_REQUEST) ? ByteBufUtil.getBytes(bytes) : null;
		this.more = this.request == null;
	}

	@Override
	public void parked(LongPollConnection polled) {
		// It is told when the channel ends
	}

	@Override
	public void answer(ByteBuf frame) {
		PollTemplate present = this.template;
		LongPollConnection polled = this.connection;
		if (!this.busy || present == null || polled == null) {
			return;
		}
		int start = frame.readerIndex() + 2;
		int body = JsonFormat.bodyIndex(frame);
		boolean small = frame.readableBytes() <= MAX_COPY;
		ByteBuf scratch = SCRATCH.get().clear();
		scratch.writeBytes(frame, start, body - start).writeBytes(present.answer());
		scratch.writeBytes(SESSION).writeBytes(polled.id()).writeBytes(LINE_END).writeBytes(LINE_END);
		if (small) {
			scratch.writeBytes(frame, body, frame.writerIndex() - body);
		}
		int taken = small ? write(scratch) : 0;
		if (taken == scratch.readableBytes()) {
			answered();
			return;
		}
		returnSocket();
		scratch.skipBytes(taken);
		ByteBuf rest = context().alloc().directBuffer(scratch.readableBytes()).writeBytes(scratch);
		if (small) {
			finish(rest);
		}
		else {
			enqueue(rest);
			finish(frame.retainedDuplicate().readerIndex(body));
		}
	}

	/** Write what the socket takes, unless somebody has to see it before. */
	private int write(ByteBuf bytes) {
		if (this.socket != null) {
			return this.socket.write(bytes);
		}
		return this.direct ? SocketWriter.write(channel(), bytes) : 0;
	}

	private void returnSocket() {
		if (this.socket != null) {
			this.socket.giveBack();
			this.socket = null;
			this.returned = true;
		}
	}

	@Override
	public int touch() {
		return (this.socket != null) ? this.socket.touch() : 0;
	}

	@Override
	public boolean isLasting() {
		return true;
	}

	@Override
	public void refuse(SessionRejectedException ex) {
		PollTemplate present = this.template;
		if (!this.busy || present == null) {
			return;
		}
		returnSocket();
		Problem problem = Problem.of(ex);
		StringBuilder head = new StringBuilder("HTTP/1.1 ").append(problem.status()).append(" \r\n");
		problem.headers().forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
		ByteBuf out = context().alloc().buffer(512);
		out.writeCharSequence(head, StandardCharsets.US_ASCII);
		finish(out.writeBytes(LINE_END).writeBytes(problem.body()));
	}

	/** Past the pipeline if nobody stands before this handler, as TLS would. */
	private void enqueue(ByteBuf bytes) {
		Channel.Unsafe unsafe = channel().unsafe();
		if (this.direct) {
			unsafe.write(bytes, unsafe.voidPromise());
		}
		else {
			context().write(bytes, unsafe.voidPromise());
		}
	}

	private void finish(ByteBuf answer) {
		enqueue(answer);
		Channel.Unsafe unsafe = channel().unsafe();
		if (this.direct) {
			unsafe.flush();
		}
		else {
			context().flush();
		}
		ChannelOutboundBuffer outbound = unsafe.outboundBuffer();
		if (outbound != null && outbound.totalPendingWriteBytes() > 0) {
			context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((future) -> answered());
		}
		else {
			answered();
		}
	}

	private void answered() {
		this.busy = false;
		ByteBuf bytes = this.early;
		if (bytes != null) {
			this.early = null;
			context().executor().execute(() -> {
				channelRead(context(), bytes);
				channelReadComplete(context());
				channel().config().setAutoRead(!this.busy || this.early == null);
			});
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext own) {
		if (this.busy && this.connection != null) {
			this.connection.lost(this);
		}
		if (this.early != null) {
			this.early.release();
			this.early = null;
		}
		own.fireChannelInactive();
	}

}
