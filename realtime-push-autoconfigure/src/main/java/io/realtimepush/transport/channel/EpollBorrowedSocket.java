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

import java.io.IOException;
import java.io.UncheckedIOException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.Future;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A {@link BorrowedSocket} of Netty's native transport. It knows the number of the socket
 * itself, because each further object is one more to be fetched from memory for each of
 * very many clients. The socket is opened and closed by the channel alone, so whether it
 * is open must not be asked of this object.
 */
final class EpollBorrowedSocket extends Socket implements BorrowedSocket, EpollIoHandle, ChannelFutureListener {

	private static final Log logger = LogFactory.getLog(BorrowedSocket.class);

	/** What fills it is left to the channel, whose buffers grow. */
	private static final int MAX_READ = 4096;

	/** What an event loop reads into. */
	private static final FastThreadLocal<ByteBuf> BUFFER = new FastThreadLocal<>() {

		@Override
		protected ByteBuf initialValue() {
			return Unpooled.directBuffer(MAX_READ, MAX_READ);
		}

		@Override
		protected void onRemoval(ByteBuf buffer) {
			buffer.release();
		}

	};

	/**
	 * With edges an event costs the kernel one look at the socket; without them it looks
	 * once more to find that nothing is left.
	 */
	private static final EpollIoOps OPS = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP).with(EpollIoOps.EPOLLET);

	/** All else, the end of what the client sends or an error, is for the channel. */
	private static final int READABLE = EpollIoOps.EPOLLIN.value();

	private final EpollSocketChannel channel;

	private final Receiver receiver;

	/** Whether somebody asks the channel for each read, and has perhaps asked. */
	private final boolean readByHand;

	private State state = State.ASKED_FOR;

	private @Nullable IoRegistration registration;

	private EpollBorrowedSocket(EpollSocketChannel channel, Receiver receiver) {
		super(channel.fd().intValue());
		this.channel = channel;
		this.receiver = receiver;
		this.readByHand = !channel.config().isAutoRead();
	}

	static @Nullable BorrowedSocket of(Channel channel, Receiver receiver) {
		// A channel that lingers closes its socket on another thread
		if (!(channel instanceof EpollSocketChannel epoll) || !SocketWriter.isOpenAndEmpty(channel)
				|| !channel.isRegistered() || !(channel.eventLoop() instanceof IoEventLoop loop)
				|| !loop.isCompatible(EpollBorrowedSocket.class) || !BUFFER.get().hasMemoryAddress()
				|| epoll.config().getSoLinger() > 0) {
			return null;
		}
		EpollBorrowedSocket borrowed = new EpollBorrowedSocket(epoll, receiver);
		channel.closeFuture().addListener(borrowed);
		channel.deregister().addListener((deregistered) -> borrowed.lent());
		return borrowed;
	}

	private void lent() {
		if (this.state == State.ASKED_FOR && this.channel.isOpen()) {
			this.state = State.LENT;
			if (!register()) {
				giveBack();
			}
		}
		else {
			returned();
		}
	}

	private boolean register() {
		Future<IoRegistration> registered = eventLoop().register(this);
		try {
			IoRegistration own = registered.getNow();
			this.registration = own;
			return own != null && own.submit(OPS) == OPS.value();
		}
		catch (UncheckedIOException ex) {
			logger.debug("A socket cannot be borrowed", ex);
			return false;
		}
	}

	private IoEventLoop eventLoop() {
		return (IoEventLoop) this.channel.eventLoop();
	}

	/** The one that knows whether it is closed. */
	@Override
	public FileDescriptor fd() {
		return this.channel.fd();
	}

	@Override
	public void handle(IoRegistration own, IoEvent event) {
		if (this.state != State.LENT) {
			return;
		}
		try {
			received(((EpollIoEvent) event).ops().value() == READABLE);
		}
		catch (Throwable ex) {
			// It would end the event loop, or have it forget the events of others
			giveBack();
			this.channel.pipeline().fireExceptionCaught(ex);
			this.channel.close();
		}
	}

	private void received(boolean readableOnly) {
		ByteBuf bytes = BUFFER.get().clear();
		boolean drained = read(bytes) && bytes.isWritable();
		if (drained && readableOnly && (!bytes.isReadable() || this.receiver.receive(bytes))) {
			return;
		}
		ByteBuf rest = bytes.isReadable() ? this.channel.alloc().buffer(MAX_READ).writeBytes(bytes) : null;
		giveBack();
		if (rest != null) {
			this.channel.pipeline().fireChannelRead(rest).fireChannelReadComplete();
		}
	}

	/** What is broken shows once more when the channel reads. */
	private boolean read(ByteBuf bytes) {
		try {
			int count = recvAddress(bytes.memoryAddress(), 0, bytes.capacity());
			bytes.writerIndex(Math.max(0, count));
			return count >= 0;
		}
		catch (IOException ex) {
			logger.trace("The client has left", ex);
			return false;
		}
	}

	@Override
	public int write(ByteBuf bytes) {
		if (this.state == State.RETURNED || !bytes.hasMemoryAddress()) {
			return SocketWriter.write(this.channel, bytes);
		}
		return SocketWriter.Native.send(this, bytes);
	}

	@Override
	public int touch() {
		return (this.state == State.LENT) ? intValue() : 0;
	}

	@Override
	public void giveBack() {
		State former = this.state;
		this.state = State.RETURNED;
		if (former == State.LENT) {
			cancel();
			returned();
		}
	}

	private void cancel() {
		if (this.registration != null) {
			this.registration.cancel();
		}
	}

	private void returned() {
		if (!this.channel.isOpen()) {
			return;
		}
		Channel.Unsafe unsafe = this.channel.unsafe();
		unsafe.register(eventLoop(), this.channel.newPromise());
		if (!this.channel.isRegistered()) {
			unsafe.close(unsafe.voidPromise());
			return;
		}
		this.channel.closeFuture().removeListener(this);
		// What it wanted to do when it was deregistered it has forgotten
		unsafe.flush();
		if (this.readByHand) {
			this.channel.read();
		}
	}

	/**
	 * The channel was closed, which it tells its handlers only while it is registered. If
	 * it still is, because it was asked for the socket a moment ago, its handlers are
	 * gone before it would tell them.
	 */
	@Override
	public void operationComplete(ChannelFuture closed) {
		this.state = State.RETURNED;
		ChannelPipeline pipeline = this.channel.pipeline();
		if (this.channel.isRegistered()) {
			pipeline.fireChannelInactive();
		}
		else {
			cancel();
			eventLoop().execute(() -> pipeline.fireChannelInactive().fireChannelUnregistered());
		}
	}

	/** The event loop ends. */
	@Override
	public void close() {
		this.channel.unsafe().close(this.channel.unsafe().voidPromise());
	}

	/**
	 * Who has the socket.
	 */
	private enum State {

		/** The channel, until it is no longer registered. */
		ASKED_FOR,

		/** The receiver. */
		LENT,

		/** The channel, for good. */
		RETURNED

	}

}
