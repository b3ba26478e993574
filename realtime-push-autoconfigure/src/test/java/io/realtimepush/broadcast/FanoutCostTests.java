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

package io.realtimepush.broadcast;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.util.ReferenceCountUtil;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.RingLimits;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.MessageWriter;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.session.Credential;
import io.realtimepush.session.InMemorySdkKeyRegistry;
import io.realtimepush.session.Peer;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushLogin;
import io.realtimepush.session.PushRequest;
import io.realtimepush.session.SdkKeyDetails;
import io.realtimepush.transport.channel.MessageDeflate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Counts what one change costs: nothing here depends on time.
 */
class FanoutCostTests {

	private static final int LOOPS = 2;

	private static final int CONNECTIONS = 300;

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final FlagSetId SHOP = FlagSetId.of("shop");

	private static final String KEY = "sdk-server-of-the-shop";

	private final FlagHub hub = new FlagHub(RingLimits.DEFAULT);

	private final AtomicInteger encoded = new AtomicInteger();

	private final AtomicInteger compressed = new AtomicInteger();

	private final AtomicInteger tasks = new AtomicInteger();

	private final AtomicInteger writes = new AtomicInteger();

	private final AtomicInteger flushes = new AtomicInteger();

	private final Set<ByteBuf> buffers = Collections
		.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

	private final AtomicInteger received = new AtomicInteger();

	private final Broadcaster broadcaster = new Broadcaster(Schedulers.parallel(), new EncodingCounter());

	private final PushHandler handler = PushHandler
		.builder(this.hub,
				new InMemorySdkKeyRegistry(
						List.of(new SdkKeyDetails(SdkKey.server(KEY), SHOP, FlagFilter.all(), Set.of()))),
				this.broadcaster, Schedulers.parallel())
		.build();

	private final LineFormat format = new LineFormat();

	private final EventLoopGroup servers = new CountingLoops(LOOPS);

	private final EventLoopGroup clients = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());

	private final List<Channel> channels = new ArrayList<>();

	@BeforeEach
	void connect() {
		this.hub.acquire(SHOP, FlagFilter.all());
		publish(1);
		LocalAddress address = new LocalAddress(FanoutCostTests.class);
		this.channels.add(new ServerBootstrap().group(this.servers)
			.channel(LocalServerChannel.class)
			.childHandler(new ChannelInitializer<>() {
				@Override
				protected void initChannel(Channel channel) {
					channel.pipeline().addLast(new WriteCounter());
					channel.eventLoop().execute(() -> open(channel));
				}
			})
			.bind(address)
			.syncUninterruptibly()
			.channel());
		for (int i = 0; i < CONNECTIONS; i++) {
			this.channels.add(new Bootstrap().group(this.clients)
				.channel(LocalChannel.class)
				.handler(new MessageCounter())
				.connect(address)
				.syncUninterruptibly()
				.channel());
		}
		await(CONNECTIONS);
	}

	private void open(Channel channel) {
		PushRequest request = new PushRequest("test", new Credential(KEY, false),
				new Peer(InetAddress.getLoopbackAddress(), null, false), new ClientMessage.Options(null, null, null),
				null, ClientMessage.ClientInfo.NONE);
		PushLogin login = this.handler.login(request).block(TIMEOUT);
		LineConnection connection = new LineConnection(this.broadcaster);
		channel.pipeline().addLast(connection);
		connection.begin(Unpooled.EMPTY_BUFFER, () -> connection.attach(this.handler.open(login, connection)));
	}

	@AfterEach
	void disconnect() {
		this.channels.forEach((channel) -> channel.close().syncUninterruptibly());
		this.broadcaster.stop();
		this.servers.shutdownGracefully(0, 0, TimeUnit.SECONDS);
		this.clients.shutdownGracefully(0, 0, TimeUnit.SECONDS);
	}

	@Test
	void changeCostsOneEncodingOneTaskPerEventLoopAndOneFlushPerConnection() {
		resetCounts();
		publish(2);
		await(CONNECTIONS);
		assertThat(this.encoded).hasValue(1);
		assertThat(this.tasks).hasValue(LOOPS);
		assertThat(this.writes).hasValue(CONNECTIONS);
		assertThat(this.flushes).hasValue(CONNECTIONS);
		assertThat(this.buffers).as("one copy per event loop").hasSizeBetween(1, LOOPS);
	}

	@Test
	void changeIsCompressedOnceForAll() {
		resetCounts();
		this.compressed.set(0);
		this.hub.publish(new FlagSnapshot(SHOP, new FlagPosition("k7", 2),
				FlagSet.of(Map.of("limit", FlagValue.of("again and ".repeat(100))))));
		await(CONNECTIONS);
		assertThat(this.compressed).hasValue(1);
		assertThat(this.encoded).hasValue(1);
		assertThat(this.tasks).hasValue(LOOPS);
		assertThat(this.writes).hasValue(CONNECTIONS);
		assertThat(this.flushes).hasValue(CONNECTIONS);
		assertThat(this.buffers).as("one copy per event loop").hasSizeBetween(1, LOOPS);
	}

	@Test
	void changesWhileTheTaskIsQueuedCostNothingMore() {
		resetCounts();
		List<Runnable> blocked = block();
		for (int version = 2; version <= 50; version++) {
			publish(version);
		}
		blocked.forEach(Runnable::run);
		await(CONNECTIONS);
		assertThat(this.encoded).hasValue(1);
		assertThat(this.tasks).hasValue(2 * LOOPS);
		assertThat(this.flushes).hasValue(CONNECTIONS);
	}

	/** Keep all event loops busy. */
	private List<Runnable> block() {
		List<Runnable> releases = new ArrayList<>();
		this.servers.forEach((loop) -> {
			CountDownLatch latch = new CountDownLatch(1);
			loop.execute(() -> {
				try {
					latch.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			});
			releases.add(latch::countDown);
		});
		return releases;
	}

	private void resetCounts() {
		Awaitility.await().atMost(TIMEOUT).until(() -> this.flushes.get() >= CONNECTIONS);
		List.of(this.encoded, this.tasks, this.writes, this.flushes, this.received).forEach((count) -> count.set(0));
		this.buffers.clear();
	}

	private void await(int messages) {
		Awaitility.await().atMost(TIMEOUT).until(() -> this.received.get() == messages);
	}

	private void publish(int version) {
		this.hub.publish(new FlagSnapshot(SHOP, new FlagPosition("k7", version),
				FlagSet.of(Map.of("limit", FlagValue.of(version)))));
	}

	private final class EncodingCounter implements BroadcastListener {

		@Override
		public void broadcast(String transport, int written, int passedOver, long nanosSinceMove) {
		}

		@Override
		public void encoded(String transport, int bytes) {
			FanoutCostTests.this.encoded.incrementAndGet();
		}

	}

	/** Event loops that count what is handed to them. */
	private final class CountingLoops extends MultiThreadIoEventLoopGroup {

		CountingLoops(int count) {
			super(count, LocalIoHandler.newFactory());
		}

		@Override
		protected IoEventLoop newChild(Executor executor, IoHandlerFactory factory, Object... args) {
			return new SingleThreadIoEventLoop(this, executor, factory) {
				@Override
				public void execute(Runnable task) {
					AtomicInteger count = FanoutCostTests.this.tasks;
					// Null while the group is being built
					if (count != null && !inEventLoop()) {
						count.incrementAndGet();
					}
					super.execute(task);
				}
			};
		}

	}

	/** Counts messages that end with a line end, but for the welcome. */
	private final class MessageCounter extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			String text = ((ByteBuf) message).toString(StandardCharsets.UTF_8);
			FanoutCostTests.this.received
				.addAndGet((int) text.lines().filter((line) -> !line.contains("\"welcome\"")).count());
			ReferenceCountUtil.release(message);
		}

	}

	private final class WriteCounter extends ChannelOutboundHandlerAdapter {

		@Override
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
			FanoutCostTests.this.writes.incrementAndGet();
			FanoutCostTests.this.buffers.add(root((ByteBuf) message));
			context.write(message, promise);
		}

		@Override
		public void flush(ChannelHandlerContext context) {
			FanoutCostTests.this.flushes.incrementAndGet();
			context.flush();
		}

		private static ByteBuf root(ByteBuf buffer) {
			ByteBuf root = buffer;
			while (root.unwrap() != null) {
				root = root.unwrap();
			}
			return root;
		}

	}

	private final class LineConnection extends ChannelConnection {

		LineConnection(Broadcaster broadcaster) {
			super(broadcaster);
		}

		@Override
		public FrameFormat format() {
			return FanoutCostTests.this.format;
		}

		@Override
		protected void received(ByteBuf bytes) {
			bytes.release();
		}

		@Override
		public void close(CloseReason reason, @Nullable String detail) {
			context().close();
		}

	}

	/** Long messages are compressed, and written as a line of digits. */
	private final class LineFormat implements FrameFormat {

		@Override
		public String transport() {
			return "test";
		}

		@Override
		public ByteBuf encode(ServerMessage message, ByteBufAllocator allocator) {
			byte[] line = MessageWriter.write(message);
			if (line.length > 1000) {
				FanoutCostTests.this.compressed.incrementAndGet();
				byte[] deflated = Objects.requireNonNull(MessageDeflate.deflate(line, line.length));
				line = HexFormat.of().formatHex(deflated).getBytes(StandardCharsets.US_ASCII);
			}
			return allocator.directBuffer(line.length + 1).writeBytes(line).writeByte('\n');
		}

	}

}
