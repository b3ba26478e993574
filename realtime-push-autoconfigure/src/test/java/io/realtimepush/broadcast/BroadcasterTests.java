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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
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
import io.realtimepush.session.PushSession;
import io.realtimepush.session.SdkKeyDetails;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Broadcaster}: sessions of a real handler on event loops that the test
 * runs by hand.
 */
class BroadcasterTests {

	private static final FlagSetId SHOP = FlagSetId.of("shop/production");

	private static final String ALL = "sdk-server-sample";

	private static final String UI = "sdk-client-sample";

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final FlagHub hub = new FlagHub(new RingLimits(16, 1 << 20));

	private final RecordingListener listener = new RecordingListener();

	private final Broadcaster broadcaster = new Broadcaster(this.time, this.listener);

	private final PushHandler handler = PushHandler.builder(this.hub,
			new InMemorySdkKeyRegistry(List.of(new SdkKeyDetails(SdkKey.server(ALL), SHOP, FlagFilter.all(), Set.of()),
					new SdkKeyDetails(SdkKey.client(UI), SHOP, FlagFilter.of(List.of("ui.*")), Set.of()))),
			this.broadcaster, this.time)
		.build();

	private final CountingFormat format = new CountingFormat();

	private final TestLoop loop = new TestLoop();

	private final List<TestConnection> connections = new ArrayList<>();

	@BeforeEach
	void start() {
		this.hub.acquire(SHOP, FlagFilter.all());
		this.broadcaster.start();
		publish(1);
	}

	@AfterEach
	void nothingLeaks() {
		this.connections.forEach((connection) -> connection.session.disconnected());
		this.broadcaster.stop();
		assertThat(this.format.frames).allMatch((frame) -> frame.refCnt() == 0);
		assertThat(this.loop.tasks).isEmpty();
	}

	@Test
	void changeIsEncodedOnceAndCostsOneTaskPerEventLoopAndOneWritePerConnection() {
		TestLoop second = new TestLoop();
		for (int i = 0; i < 50; i++) {
			open(this.loop, ALL, null);
			open(second, ALL, null);
		}
		settle(this.loop, second);
		publish(2);
		assertThat(this.format.encoded).isZero();
		assertThat(this.loop.tasks).hasSize(1);
		assertThat(second.tasks).hasSize(1);
		this.loop.run();
		second.run();
		assertThat(this.format.encoded).isEqualTo(1);
		assertThat(this.connections)
			.allSatisfy((connection) -> assertThat(connection.take()).containsExactly(delta(1, 2)));
		assertThat(this.listener.broadcasts).containsExactly("test 50 0", "test 50 0");
	}

	@Test
	void someMembersAreTouchedBeforeTheFirstOfThemIsWrittenTo() {
		List<String> calls = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			open(this.loop, ALL, null);
		}
		settle(this.loop);
		this.connections.forEach((connection) -> {
			connection.onTouch = () -> calls.add("touch");
			connection.onWrite = () -> calls.add("write");
		});
		publish(2);
		this.loop.run();
		assertThat(calls)
			.containsExactlyElementsOf(Stream.of(touches(8), writes(8), touches(8), writes(8), touches(4), writes(4))
				.flatMap(List::stream)
				.toList());
	}

	private static List<String> touches(int count) {
		return Collections.nCopies(count, "touch");
	}

	private static List<String> writes(int count) {
		return Collections.nCopies(count, "write");
	}

	@Test
	void changesThatFindATaskQueuedAreSentAsOne() {
		TestConnection connection = open(this.loop, ALL, null);
		settle(this.loop);
		publish(2);
		publish(3);
		publish(4);
		assertThat(this.loop.tasks).hasSize(1);
		this.loop.run();
		assertThat(connection.take()).containsExactly(delta(1, 4));
		assertThat(this.format.encoded).isEqualTo(1);
	}

	@Test
	void connectionThatIsNotReadyIsPassedOverAndCaughtUpByOneUpdate() {
		TestConnection slow = open(this.loop, ALL, null);
		TestConnection quick = open(this.loop, ALL, null);
		settle(this.loop);
		slow.ready = false;
		for (int version = 2; version <= 5; version++) {
			publish(version);
			this.loop.run();
		}
		assertThat(quick.take()).hasSize(4);
		assertThat(slow.take()).isEmpty();
		assertThat(this.listener.broadcasts).hasSize(4).containsOnly("test 1 1");
		slow.ready = true;
		slow.session.ready();
		assertThat(slow.take()).containsExactly(delta(1, 5));
	}

	@Test
	void connectionThatMissedMoreThanTheRingIsSentASnapshot() {
		TestConnection slow = open(this.loop, ALL, null);
		settle(this.loop);
		slow.ready = false;
		for (int version = 2; version <= 30; version++) {
			publish(version);
		}
		this.loop.run();
		slow.ready = true;
		slow.session.ready();
		assertThat(slow.take()).singleElement().asString().startsWith("{\"type\":\"snapshot\"");
	}

	@Test
	void connectionsAtDifferentPositionsAreSentWhatEachNeeds() {
		TestConnection slow = open(this.loop, ALL, null);
		TestConnection quick = open(this.loop, ALL, null);
		settle(this.loop);
		slow.ready = false;
		publish(2);
		this.loop.run();
		slow.ready = true;
		settle();
		publish(3);
		this.loop.run();
		assertThat(slow.take()).containsExactly(delta(1, 3));
		assertThat(quick.take()).containsExactly(delta(2, 3));
		assertThat(this.format.encoded).isEqualTo(2);
	}

	@Test
	void connectionsThatResumedShareAFrameThough() {
		for (int i = 0; i < 20; i++) {
			open(this.loop, ALL, "k7:1");
		}
		settle(this.loop);
		publish(2);
		this.loop.run();
		assertThat(this.format.encoded).isEqualTo(1);
		assertThat(this.connections)
			.allSatisfy((connection) -> assertThat(connection.take()).containsExactly(delta(1, 2)));
	}

	@Test
	void moveBetweenLoginAndJoinIsNotMissed() {
		PushLogin login = this.handler.login(request(ALL, null)).block(Duration.ofSeconds(5));
		publish(2);
		TestConnection connection = new TestConnection(this.loop);
		connection.session = this.handler.open(login, connection);
		this.connections.add(connection);
		assertThat(connection.take()).last().asString().contains("\"version\":2");
		publish(3);
		this.loop.run();
		assertThat(connection.take()).containsExactly(delta(2, 3));
	}

	@Test
	void connectionThatFailsWhileItIsWrittenToHurtsNoOther() {
		for (int i = 0; i < 9; i++) {
			open(this.loop, ALL, null);
		}
		settle(this.loop);
		for (int i : new int[] { 0, 4, 8 }) {
			TestConnection failing = this.connections.get(i);
			failing.onWrite = () -> failing.session.disconnected();
		}
		publish(2);
		this.loop.run();
		assertThat(this.connections)
			.allSatisfy((connection) -> assertThat(connection.take()).containsExactly(delta(1, 2)));
		publish(3);
		this.loop.run();
		assertThat(this.connections).filteredOn((connection) -> !connection.take().isEmpty()).hasSize(6);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2 })
	void subscriptionThatEndsWhileItOpensJoinsNothing(int failingWrite) {
		TestConnection connection = open(this.loop, ALL, null);
		settle(this.loop);
		connection.onWrite = () -> {
			if (connection.written.size() == failingWrite) {
				connection.session.disconnected();
			}
		};
		connection.session.receive("{\"type\":\"subscribe\",\"sub\":\"ui\",\"key\":\"sdk-client-sample\"}");
		this.loop.run();
		publish(2);
		assertThat(this.loop.tasks).isEmpty();
	}

	@Test
	void eventLoopThatTakesNothingHoldsUpNobodyAndIsTriedAgain() {
		TestLoop second = new TestLoop();
		TestConnection connection = open(this.loop, ALL, null);
		TestConnection other = open(second, ALL, null);
		settle(this.loop, second);
		this.loop.ended = true;
		publish(2);
		second.run();
		assertThat(other.take()).containsExactly(delta(1, 2));
		this.loop.ended = false;
		publish(3);
		this.loop.run();
		second.run();
		assertThat(connection.take()).containsExactly(delta(1, 3));
		assertThat(other.take()).containsExactly(delta(2, 3));
	}

	@Test
	void stoppedBroadcasterKeepsNoFrames() {
		TestConnection connection = open(this.loop, ALL, null);
		settle(this.loop);
		this.broadcaster.stop();
		publish(2);
		this.loop.run();
		assertThat(connection.take()).containsExactly(delta(1, 2));
		assertThat(this.format.frames).allMatch((frame) -> frame.refCnt() == 0);
		this.broadcaster.start();
		publish(3);
		this.loop.run();
		assertThat(connection.take()).containsExactly(delta(2, 3));
		assertThat(this.format.frames).filteredOn((frame) -> frame.refCnt() > 0).hasSize(1);
	}

	@Test
	void lastConnectionOfAnEventLoopLeavesNoTasksBehind() {
		TestConnection connection = open(this.loop, ALL, null);
		settle(this.loop);
		connection.session.disconnected();
		publish(2);
		this.time.advanceTimeBy(Duration.ofMinutes(1));
		assertThat(this.loop.tasks).isEmpty();
		this.hub.publish(snapshot(3));
		assertThat(connection.take()).isEmpty();
	}

	@Test
	void idleConnectionIsSentAHeartbeatPerInterval() {
		TestConnection connection = open(this.loop, ALL, null);
		settle(this.loop);
		pass(24);
		assertThat(connection.take()).isEmpty();
		pass(1);
		assertThat(connection.take()).containsExactly("{\"type\":\"heartbeat\",\"epoch\":\"k7\",\"version\":1}");
		pass(25);
		assertThat(connection.take()).hasSize(1);
	}

	@Test
	void heartbeatOfManyIsEncodedOnce() {
		open(this.loop, ALL, null);
		open(this.loop, ALL, null);
		settle(this.loop);
		pass(25);
		assertThat(this.connections).allSatisfy((connection) -> assertThat(connection.take())
			.containsExactly("{\"type\":\"heartbeat\",\"epoch\":\"k7\",\"version\":1}"));
		assertThat(this.format.encoded).isEqualTo(1);
		assertThat(this.listener.broadcasts).isEmpty();
	}

	@Test
	void connectionsThatJoinedWithinAFifthOfTheIntervalAreSentTheirHeartbeatsTogether() {
		TestConnection first = open(this.loop, ALL, null);
		pass(4);
		TestConnection second = open(this.loop, ALL, null);
		pass(1);
		TestConnection later = open(this.loop, ALL, null);
		settle(this.loop);
		pass(20);
		assertThat(first.take()).hasSize(1);
		assertThat(second.take()).hasSize(1);
		assertThat(later.take()).isEmpty();
		assertThat(this.format.encoded).isEqualTo(1);
		pass(5);
		assertThat(later.take()).hasSize(1);
		pass(19);
		assertThat(first.take()).isEmpty();
		pass(1);
		assertThat(first.take()).hasSize(1);
		assertThat(second.take()).hasSize(1);
	}

	@Test
	void eventLoopIsWokenOnlyWhenAHeartbeatIsDue() {
		open(this.loop, ALL, null);
		pass(4);
		open(this.loop, UI, null);
		settle(this.loop);
		List<Integer> wakes = new ArrayList<>();
		for (int second = 5; second <= 100; second++) {
			this.time.advanceTimeBy(Duration.ofSeconds(1));
			if (!this.loop.tasks.isEmpty()) {
				wakes.add(second);
			}
			this.loop.run();
		}
		assertThat(wakes).containsExactly(25, 50, 75, 100);
	}

	@Test
	void connectionThatIsDueSoonerThanTheOthersIsNotKeptWaiting() {
		open(this.loop, ALL, null);
		TestConnection sooner = open(this.loop, request(ALL, null, 5000L));
		settle(this.loop);
		pass(5);
		assertThat(sooner.take()).singleElement().asString().contains("heartbeat");
		pass(5);
		assertThat(sooner.take()).singleElement().asString().contains("heartbeat");
	}

	@Test
	void heartbeatThatFailsKeepsTheOthersWaitingForASecondOnly() {
		List<TestConnection> some = List.of(open(this.loop, ALL, null), open(this.loop, ALL, null),
				open(this.loop, UI, null), open(this.loop, UI, null));
		settle(this.loop);
		some.forEach((connection) -> connection.onWrite = () -> {
			some.forEach((each) -> each.onWrite = TestConnection.NOTHING);
			throw new IllegalStateException("written to");
		});
		assertThatIllegalStateException().isThrownBy(() -> pass(25)).withMessage("written to");
		pass(1);
		assertThat(some).allSatisfy((connection) -> assertThat(connection.take()).hasSize(1));
	}

	@Test
	void heartbeatsOfAnEventLoopThatTakesNothingAreTriedAgain() {
		TestConnection connection = open(this.loop, ALL, null);
		settle(this.loop);
		this.loop.ended = true;
		pass(30);
		this.loop.ended = false;
		pass(1);
		assertThat(connection.take()).hasSize(1);
	}

	@Test
	void broadcasterThatIsStartedAnewBeatsForThoseThatStayed() {
		TestConnection connection = open(this.loop, ALL, null);
		settle(this.loop);
		this.broadcaster.stop();
		pass(60);
		assertThat(connection.take()).isEmpty();
		this.broadcaster.start();
		pass(1);
		assertThat(connection.take()).hasSize(1);
		pass(25);
		assertThat(connection.take()).hasSize(1);
	}

	@Test
	void eventLoopThatWakesByItselfLooksAtAWaitingSocketEachSecond() {
		Broadcaster own = new Broadcaster(this.listener);
		DefaultEventLoop eventLoop = new DefaultEventLoop();
		List<Integer> checks = new CopyOnWriteArrayList<>();
		TestConnection connection = new TestConnection(eventLoop);
		connection.onProgressCheck = (now) -> {
			assertThat(eventLoop.inEventLoop()).isTrue();
			checks.add(now);
			return checks.size() < 2;
		};
		own.start();
		try {
			eventLoop.execute(() -> own.watchProgress(connection));
			Awaitility.await().until(() -> checks.size() == 2);
			assertThat(checks.get(0)).isPositive();
			assertThat(checks.get(1)).isGreaterThan(checks.get(0));
		}
		finally {
			own.stop();
			eventLoop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
		}
	}

	@Test
	void changePutsTheHeartbeatOff() {
		TestConnection connection = open(this.loop, ALL, null);
		TestConnection other = open(this.loop, UI, null);
		settle(this.loop);
		pass(20);
		publish(2);
		this.loop.run();
		assertThat(connection.take()).hasSize(1);
		pass(20);
		assertThat(connection.take()).isEmpty();
		assertThat(other.take()).singleElement().asString().contains("\"set\":{},\"removed\":[]");
		pass(5);
		assertThat(connection.take()).singleElement().asString().contains("heartbeat");
	}

	@Test
	void connectionThatIsNotReadyIsSentNoHeartbeat() {
		TestConnection connection = open(this.loop, ALL, null);
		settle(this.loop);
		connection.ready = false;
		pass(100);
		assertThat(connection.take()).isEmpty();
	}

	@Test
	void hiddenChangesWaitUntilTheRingIsHalfUsed() {
		TestConnection connection = open(this.loop, UI, null);
		settle(this.loop);
		for (int version = 2; version <= 9; version++) {
			publish(version);
			this.loop.run();
			assertThat(connection.take()).isEmpty();
		}
		publish(10);
		this.loop.run();
		assertThat(connection.take()).singleElement().asString().contains("\"version\":10,\"set\":{}");
	}

	@Test
	void encodedFramesAreLetGoWhenTheViewMovesOn() {
		open(this.loop, ALL, null);
		settle(this.loop);
		publish(2);
		this.loop.run();
		ByteBuf cached = this.format.last();
		assertThat(cached.refCnt()).isEqualTo(1);
		publish(3);
		this.loop.run();
		assertThat(cached.refCnt()).isZero();
	}

	@Test
	void encodedFramesAreLetGoWhenNobodyHasAskedForThemInHalfAMinute() {
		TestConnection connection = open(this.loop, ALL, null);
		settle(this.loop);
		publish(2);
		this.loop.run();
		connection.session.disconnected();
		ByteBuf cached = this.format.last();
		pass(29);
		assertThat(cached.refCnt()).isEqualTo(1);
		pass(2);
		assertThat(cached.refCnt()).isZero();
		TestConnection later = open(this.loop, ALL, null);
		assertThat(later.take()).hasSize(2);
	}

	@Test
	void encodedFramesAreLetGoWhenNobodyHoldsTheirViewAnyMore() {
		TestConnection connection = open(this.loop, UI, null);
		ByteBuf cached = this.format.last();
		TestConnection other = open(this.loop, UI, null);
		settle(this.loop);
		connection.session.disconnected();
		pass(30);
		assertThat(cached.refCnt()).isEqualTo(1);
		other.session.disconnected();
		pass(30);
		assertThat(cached.refCnt()).isZero();
		TestConnection later = open(this.loop, UI, null);
		assertThat(later.take()).hasSize(2);
	}

	@Test
	void encodedFramesOfViewsThatComeAndGoDoNotAddUp() {
		TestConnection connection = open(this.loop, UI, null);
		ByteBuf cached = this.format.last();
		pass(2);
		connection.session.disconnected();
		open(this.loop, ALL, null);
		pass(1);
		assertThat(cached.refCnt()).isZero();
	}

	@Test
	void framesOfNamedSubscriptionsAreNotKept() {
		TestConnection connection = open(this.loop, ALL, null);
		connection.session.receive("{\"type\":\"subscribe\",\"sub\":\"ui\",\"key\":\"sdk-client-sample\"}");
		settle(this.loop);
		this.hub
			.publish(new FlagSnapshot(SHOP, new FlagPosition("k7", 2), FlagSet.of(Map.of("ui.dark", FlagValue.TRUE))));
		this.loop.run();
		assertThat(connection.take()).hasSize(2);
		assertThat(this.format.frames).filteredOn((frame) -> frame.refCnt() > 0).hasSize(1);
	}

	private TestConnection open(TestLoop on, String key, @Nullable String position) {
		return open(on, request(key, position));
	}

	private TestConnection open(TestLoop on, PushRequest request) {
		PushLogin login = this.handler.login(request).block(Duration.ofSeconds(5));
		TestConnection connection = new TestConnection(on);
		connection.session = this.handler.open(login, connection);
		this.connections.add(connection);
		return connection;
	}

	private static PushRequest request(String key, @Nullable String position) {
		return request(key, position, null);
	}

	private static PushRequest request(String key, @Nullable String position, @Nullable Long heartbeat) {
		return new PushRequest("test", new Credential(key, false),
				new Peer(InetAddress.getLoopbackAddress(), null, false),
				new ClientMessage.Options((position != null) ? FlagPosition.parse(position) : null, null, null),
				heartbeat, ClientMessage.ClientInfo.NONE);
	}

	/** Forget what the logins have caused. */
	private void settle(TestLoop... loops) {
		for (TestLoop some : loops) {
			some.run();
		}
		this.connections.forEach(TestConnection::take);
		this.format.encoded = 0;
		this.listener.broadcasts.clear();
	}

	private void pass(int seconds) {
		for (int i = 0; i < seconds; i++) {
			this.time.advanceTimeBy(Duration.ofSeconds(1));
			this.loop.run();
		}
	}

	private void publish(int version) {
		this.hub.publish(snapshot(version));
	}

	private static FlagSnapshot snapshot(int version) {
		return new FlagSnapshot(SHOP, new FlagPosition("k7", version),
				FlagSet.of(Map.of("limit", FlagValue.of(version))));
	}

	private static String delta(int from, int version) {
		return "{\"type\":\"delta\",\"epoch\":\"k7\",\"from\":" + from + ",\"version\":" + version
				+ ",\"set\":{\"limit\":" + version + "},\"removed\":[]}";
	}

	private static final class TestLoop implements Executor {

		private final Queue<Runnable> tasks = new ArrayDeque<>();

		private boolean ended;

		@Override
		public void execute(Runnable task) {
			if (this.ended) {
				throw new RejectedExecutionException();
			}
			this.tasks.add(task);
		}

		void run() {
			for (Runnable task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
				task.run();
			}
		}

	}

	private final class TestConnection implements BroadcastConnection {

		private static final Runnable NOTHING = () -> {
		};

		private final Executor executor;

		private final List<String> written = new ArrayList<>();

		private boolean ready = true;

		private Runnable onTouch = NOTHING;

		private Runnable onWrite = NOTHING;

		private IntPredicate onProgressCheck = (now) -> false;

		@SuppressWarnings("NullAway.Init")
		private PushSession session;

		TestConnection(Executor executor) {
			this.executor = executor;
		}

		@Override
		public Broadcaster broadcaster() {
			return BroadcasterTests.this.broadcaster;
		}

		@Override
		public FrameFormat format() {
			return BroadcasterTests.this.format;
		}

		@Override
		public Executor executor() {
			return this.executor;
		}

		@Override
		public boolean isReady() {
			return this.ready;
		}

		@Override
		public int touch() {
			this.onTouch.run();
			return 0;
		}

		@Override
		public boolean checkProgress(int now) {
			return this.onProgressCheck.test(now);
		}

		@Override
		public void write(ByteBuf frame) {
			this.written.add(frame.toString(StandardCharsets.UTF_8));
			frame.release();
			this.onWrite.run();
		}

		@Override
		public void close(CloseReason reason, @Nullable String detail) {
		}

		List<String> take() {
			List<String> taken = List.copyOf(this.written);
			this.written.clear();
			return taken;
		}

	}

	/** Keeps all frames that it has made, and counts those of updates. */
	private static final class CountingFormat implements FrameFormat {

		private final List<ByteBuf> frames = new ArrayList<>();

		private int encoded;

		@Override
		public String transport() {
			return "test";
		}

		@Override
		public ByteBuf encode(ServerMessage message, ByteBufAllocator allocator) {
			// Not pooled, so that no frame is another one again
			ByteBuf frame = Unpooled.wrappedBuffer(MessageWriter.write(message));
			this.frames.add(frame);
			this.encoded++;
			return frame;
		}

		ByteBuf last() {
			return this.frames.get(this.frames.size() - 1);
		}

	}

	private static final class RecordingListener implements BroadcastListener {

		private final List<String> broadcasts = new ArrayList<>();

		@Override
		public void broadcast(String transport, int written, int passedOver, long nanosSinceMove) {
			this.broadcasts.add(transport + " " + written + " " + passedOver);
		}

	}

}
