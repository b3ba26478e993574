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

package io.realtimepush.annotation.support;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.realtimepush.annotation.FlagKey;
import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.flags.support.FlagConversionException;
import io.realtimepush.flags.support.FlagValueConverter;
import io.realtimepush.flags.support.TestFlagFeed;
import io.realtimepush.flags.support.TestFlagFeeds;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FlagHandlerContainer}: what methods are called with, when, and how
 * failures are dealt with.
 */
@ExtendWith(OutputCaptureExtension.class)
class FlagHandlerContainerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final TestFlagFeed feed = TestFlagFeed.loaded("shop/production");

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final Calls calls = new Calls();

	@AfterEach
	void closeContext() {
		this.context.close();
	}

	@Test
	void valueIsConvertedToTheTypeOfTheParameter() {
		start(ValueTypesHandler.class);
		this.feed.set("primitive", "7");
		this.calls.expect("primitive 7");
		this.feed.set("unit", "\"days\"");
		this.calls.expect("unit DAYS");
		this.feed.set("limits", "{\"retries\":3,\"timeout\":\"2s\"}");
		this.calls.expect("limits Limits[retries=3, timeout=PT2S]");
		this.feed.set("timeout", "\"1m30s\"");
		this.calls.expect("timeout PT1M30S");
		this.feed.set("countries", "[\"CH\",\"AT\"]");
		this.calls.expect("countries [CH, AT]");
		this.feed.set("weights", "{\"a\":0.5}");
		this.calls.expect("weights {a=0.5}");
		this.feed.set("title", "\"Sale\"");
		this.calls.expect("title Optional[Sale]");
		this.feed.set("tree", "{\"a\":[1]}");
		this.calls.expect("tree {\"a\":[1]}");
		this.feed.set("raw", "1.0");
		this.calls.expect("raw 1.0");
	}

	@Test
	void removalIsNullOrEmpty() {
		start(RemovalHandler.class);
		this.feed.set("text", "\"a\"");
		this.calls.expect("text a");
		this.feed.remove("text");
		this.calls.expect("text null");
		this.feed.set("optional", "5");
		this.calls.expect("optional Optional[5]");
		this.feed.remove("optional");
		this.calls.expect("optional Optional.empty");
		this.feed.set("optional", "6");
		this.calls.expect("optional Optional[6]");
		this.feed.set("optional", "null");
		this.calls.expect("optional Optional.empty");
	}

	@Test
	void removalForAPrimitiveIsAFailureOfTheCall() {
		Failures failures = new Failures();
		start((context) -> context.registerBean(Failures.class, () -> failures), PrimitiveHandler.class);
		this.feed.set("limit", "1");
		this.calls.expect("limit 1");
		this.feed.remove("limit");
		assertThat(failures.next()).isInstanceOf(FlagConversionException.class)
			.hasMessage("flag 'limit' does not exist at k7:3, which a primitive int cannot say; "
					+ "use Integer or Optional");
		this.feed.set("limit", "2");
		this.calls.expect("limit 2");
	}

	@Test
	void parametersInAnyOrder() {
		start((context) -> TestPropertyValues.of("shop.key=sdk-server-sample").applyTo(context),
				EverythingHandler.class);
		FlagPosition position = this.feed.set("a", "1");
		this.calls.expect("key a change [a] snapshot {a=1} value 1 sdkKey sd…e update null -> 1 at " + position);
		this.feed.set("a", "2");
		this.calls.expect("key a change [a] snapshot {a=2} value 2 sdkKey sd…e update 1 -> 2 at k7:3");
	}

	@Test
	void updateTellsKindAndBothValues() {
		start(UpdateHandler.class);
		this.feed.set("limit", "1");
		this.calls.expect("ADDED null -> 1");
		this.feed.set("limit", "2");
		this.calls.expect("CHANGED 1 -> 2");
		this.feed.remove("limit");
		this.calls.expect("REMOVED 2 -> null");
	}

	@Test
	void updateThatPutsAWrongValueRightHasNoOldValue() {
		Failures failures = new Failures();
		start((context) -> context.registerBean(Failures.class, () -> failures), UpdateHandler.class);
		this.feed.set("limit", "\"many\"");
		assertThat(failures.next()).isInstanceOf(FlagConversionException.class);
		this.feed.set("limit", "3");
		this.calls.expect("CHANGED null -> 3");
	}

	@Test
	void methodAboutFlagsIsCalledForEachMatchingFlag() {
		start(PatternHandler.class);
		this.feed.change(Map.of("ui.color", FlagValue.of("red")), Set.of());
		this.calls.expect("ui.color=red");
		this.feed.set("other", "\"no\"");
		this.feed.set("ui.size", "\"big\"");
		this.calls.expect("ui.size=big");
		this.feed.set("checkout", "\"on\"");
		this.calls.expect("checkout=on");
		this.feed.change(Map.of("ui.color", FlagValue.of("blue"), "ui.size", FlagValue.of("small")), Set.of());
		assertThat(List.of(this.calls.next(), this.calls.next())).containsExactlyInAnyOrder("ui.color=blue",
				"ui.size=small");
	}

	@Test
	void methodAboutTheChangeIsCalledOnceIfAMatchingFlagIsTouched() {
		start(ChangeHandler.class);
		this.feed.set("other", "1");
		this.feed.change(Map.of("ui.a", FlagValue.TRUE, "ui.b", FlagValue.TRUE), Set.of());
		assertThat(List.of(this.calls.next(), this.calls.next(), this.calls.next()))
			.containsExactlyInAnyOrder("change k7:3", "snapshot k7:3", "nothing");
		this.feed.set("ui.a", "false");
		assertThat(List.of(this.calls.next(), this.calls.next(), this.calls.next()))
			.containsExactlyInAnyOrder("change k7:4", "snapshot k7:4", "nothing");
		this.calls.expectNoMore();
	}

	@Test
	void methodWithoutFlagsHearsOfAll() {
		start(AllFlagsHandler.class);
		this.feed.set("a", "1");
		this.calls.expect("a 1");
		this.feed.set("b", "[]");
		this.calls.expect("b []");
	}

	@Test
	void moveOfThePositionAloneIsNoUpdate() {
		start(AllFlagsHandler.class, ChangeHandler.class);
		this.feed.set("ui.a", "1");
		assertThat(IntStream.range(0, 4).mapToObj((i) -> this.calls.next())).contains("ui.a 1");
		this.feed.set("ui.a", "1");
		this.feed.set("z", "1");
		this.calls.expect("z 1");
		this.calls.expectNoMore();
	}

	@Test
	void presentValueIsDeliveredOnlyIfInitial() {
		this.feed.set("limit", "5");
		start(InitialHandler.class);
		this.calls.expect("initial 5");
		this.feed.set("limit", "6");
		assertThat(List.of(this.calls.next(), this.calls.next())).containsExactlyInAnyOrder("initial 6", "later 6");
	}

	@Test
	void firstLoadAfterTheStartIsNoUpdateUnlessInitial() {
		TestFlagFeed late = TestFlagFeed.notLoaded("late");
		start(new TestFlagFeeds(late), (context) -> {
		}, InitialHandler.class);
		late.load(Map.of("limit", FlagValue.of(5)));
		this.calls.expect("initial 5");
		late.set("limit", "6");
		assertThat(List.of(this.calls.next(), this.calls.next())).containsExactlyInAnyOrder("initial 6", "later 6");
		this.calls.expectNoMore();
	}

	@Test
	void restartOfTheContextDeliversWhatDiffers() {
		this.feed.set("limit", "5");
		start(InitialHandler.class);
		this.calls.expect("initial 5");
		this.context.stop();
		assertThat(this.feed.subscriberCount()).isZero();
		this.feed.set("limit", "6");
		this.feed.set("limit", "7");
		this.context.start();
		assertThat(List.of(this.calls.next(), this.calls.next())).containsExactlyInAnyOrder("initial 7", "later 7");
		this.context.stop();
		this.context.start();
		this.feed.set("limit", "8");
		assertThat(List.of(this.calls.next(), this.calls.next())).containsExactlyInAnyOrder("initial 8", "later 8");
		this.calls.expectNoMore();
	}

	@Test
	void flagSetAndSdkKeySelectTheFeed() {
		TestFlagFeed other = TestFlagFeed.loaded("other");
		TestFlagFeed visible = TestFlagFeed.loaded("visible");
		TestFlagFeeds feeds = new TestFlagFeeds(this.feed, other).withPrimary(this.feed)
			.withSdkKey("sdk-client-sample", visible);
		start(feeds, (context) -> TestPropertyValues.of("app.set=other", "app.key=sdk-client-sample", "app.flag=limit")
			.applyTo(context), SelectionHandler.class);
		other.set("limit", "1");
		this.calls.expect("flagSet 1");
		visible.set("limit", "2");
		this.calls.expect("sdkKey 2");
		this.feed.set("limit", "3");
		this.calls.expect("primary 3");
		this.calls.expectNoMore();
	}

	@Test
	void asynchronousResultIsAwaitedBeforeTheNextCall() {
		for (Class<?> type : List.of(MonoHandler.class, FluxHandler.class, FutureHandler.class)) {
			TestFlagFeed feed = TestFlagFeed.loaded("shop/production");
			try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
				start(context, new TestFlagFeeds(feed), (any) -> {
				}, type);
				AsyncHandler handler = (AsyncHandler) context.getBean(type);
				feed.set("limit", "1");
				this.calls.expect("begin 1");
				feed.set("limit", "2");
				feed.set("limit", "3");
				this.calls.expectNoMore();
				handler.end();
				this.calls.expect("begin 3");
				handler.end();
				feed.set("limit", "4");
				this.calls.expect("begin 4");
				handler.end();
			}
		}
	}

	@Test
	void failureOfAnAsynchronousResultIsAFailureOfTheCall() {
		Failures failures = new Failures();
		start((context) -> context.registerBean(Failures.class, () -> failures), FailingAsyncHandler.class);
		for (String flag : List.of("mono", "flux", "stage")) {
			this.feed.set(flag, "1");
			assertThat(failures.next()).as(flag).isExactlyInstanceOf(IllegalStateException.class).hasMessage(flag);
			this.feed.set(flag, "2");
			assertThat(failures.next()).as(flag).hasMessage(flag);
		}
	}

	@Test
	void missingAsynchronousResultIsAnEndedCall() {
		start(NullResultHandler.class);
		this.feed.set("limit", "1");
		this.calls.expect("call 1");
		this.feed.set("limit", "2");
		this.calls.expect("call 2");
	}

	@Test
	void callsAreMadeOnThreadsThatMayBeBlocked() {
		start(ThreadHandler.class);
		this.feed.set("limit", "1");
		String thread = this.calls.next();
		assertThat(thread).startsWith("boundedElastic-").doesNotContain(Thread.currentThread().getName());
		this.feed.set("limit", "2");
		assertThat(this.calls.next()).startsWith("boundedElastic-");
	}

	@Test
	void callBehindAnAsynchronousOneIsMadeOnSuchAThreadToo() {
		start(AsynchronousThreadHandler.class);
		this.feed.change(Map.of("thread.a", FlagValue.of(1), "thread.b", FlagValue.of(2)), Set.of());
		assertThat(this.calls.next()).startsWith("boundedElastic-");
		assertThat(this.calls.next()).startsWith("boundedElastic-");
	}

	@Test
	void callsOfOneMethodComeOneAfterAnotherInVersionOrder() {
		start(OrderHandler.class);
		OrderHandler handler = this.context.getBean(OrderHandler.class);
		Flux.range(0, 4)
			.flatMap((i) -> Mono
				.fromRunnable(() -> IntStream.range(0, 250).forEach((n) -> this.feed.set("f" + i, Integer.toString(n))))
				.subscribeOn(Schedulers.boundedElastic()))
			.then()
			.block(TIMEOUT);
		assertThat(handler.last.await(TIMEOUT)).isTrue();
		assertThat(handler.overlaps).hasValue(0);
		assertThat(handler.conflated).isSorted().doesNotHaveDuplicates().endsWith(1001L);
		assertThat(handler.each).hasSize(1000).isSorted().doesNotHaveDuplicates();
	}

	@Test
	void slowMethodMissesValuesInBetweenButNotTheLast() throws Exception {
		start(SlowHandler.class);
		SlowHandler handler = this.context.getBean(SlowHandler.class);
		this.feed.set("slow", "1");
		this.calls.expect("slow 1");
		IntStream.rangeClosed(2, 100).forEach((i) -> this.feed.set("slow", Integer.toString(i)));
		handler.proceed.countDown();
		this.calls.expect("slow 100");
		this.calls.expectNoMore();
	}

	@Test
	void slowMethodWithoutConflationIsGivenEachChange() {
		start(PatientHandler.class);
		PatientHandler handler = this.context.getBean(PatientHandler.class);
		this.feed.set("slow", "1");
		this.calls.expect("slow 1");
		IntStream.rangeClosed(2, 1000).forEach((i) -> this.feed.set("slow", Integer.toString(i)));
		handler.proceed.countDown();
		IntStream.rangeClosed(2, 1000).forEach((i) -> this.calls.expect("slow " + i));
		this.calls.expectNoMore();
	}

	@Test
	void blockedMethodHoldsUpNeitherPublisherNorOthers() {
		start(SlowHandler.class, PrimitiveHandler.class);
		this.feed.set("slow", "1");
		this.calls.expect("slow 1");
		this.feed.set("limit", "2");
		this.calls.expect("limit 2");
		this.context.getBean(SlowHandler.class).proceed.countDown();
	}

	@Test
	void failingMethodHurtsNeitherOthersNorItsLaterCalls(CapturedOutput output) {
		Failures failures = new Failures();
		start((context) -> context.registerBean(Failures.class, () -> failures), FailingHandler.class,
				PrimitiveHandler.class);
		this.feed.set("limit", "1");
		assertThat(failures.next()).isExactlyInstanceOf(IllegalStateException.class).hasMessage("no 1");
		this.calls.expect("limit 1");
		this.feed.set("limit", "2");
		assertThat(failures.next()).isExactlyInstanceOf(NoClassDefFoundError.class).hasMessage("no 2");
		this.calls.expect("limit 2");
		this.feed.set("limit", "3");
		assertThat(failures.next()).isExactlyInstanceOf(Exception.class).hasMessage("no 3");
		this.calls.expect("limit 3");
		assertThat(failures.invocations()).extracting((invocation) -> invocation.change().position().toString())
			.containsExactly("k7:2", "k7:3", "k7:4");
		assertThat(output).containsOnlyOnce(
				"@OnFlagUpdate method FlagHandlerContainerTests.FailingHandler.onLimit(int) failed for flag 'limit' "
						+ "at k7:2 of flag set 'shop/production'; it will be called for the next update");
		assertThat(output).contains("java.lang.IllegalStateException: no 1");
	}

	@Test
	void failuresOfOneVersionAreLoggedOnce(CapturedOutput output) {
		Failures failures = new Failures();
		start((context) -> context.registerBean(Failures.class, () -> failures), AlwaysFailingHandler.class);
		this.feed.change(Map.of("a", FlagValue.of(1), "b", FlagValue.of(2), "c", FlagValue.of(3)), Set.of());
		IntStream.range(0, 3).forEach((i) -> failures.next());
		assertThat(output.toString().split("WARN", -1)).hasSize(2);
		this.feed.set("a", "2");
		failures.next();
		assertThat(output.toString().split("WARN", -1)).hasSize(3);
	}

	@Test
	void valueThatIsTakenBackGoesToThoseWhoCouldTakeIt() {
		Failures failures = new Failures();
		start((context) -> context.registerBean(Failures.class, () -> failures), FailingHandler.class,
				PrimitiveHandler.class);
		this.feed.set("limit", "5");
		this.calls.expect("limit 5");
		assertThat(failures.next()).hasMessage("no 5");
		this.feed.set("limit", "6");
		this.calls.expect("limit 6");
		assertThat(failures.next()).hasMessage("no 6");
		this.feed.takeBack("limit", "5");
		this.calls.expect("limit 5");
		this.feed.set("limit", "7");
		this.calls.expect("limit 7");
		assertThat(failures.next()).hasMessage("no 7");
	}

	@Test
	void valueOfTheWrongTypeIsReportedAndTheNextOneDelivered(CapturedOutput output) {
		Failures failures = new Failures();
		start((context) -> context.registerBean(Failures.class, () -> failures), PrimitiveHandler.class);
		this.feed.set("limit", "\"many\"");
		assertThat(failures.next()).isInstanceOf(FlagConversionException.class)
			.hasMessage("flag 'limit' at k7:2 cannot be converted to int: it is the JSON string \"many\"");
		this.feed.set("limit", "2");
		this.calls.expect("limit 2");
		assertThat(output).contains("PrimitiveHandler.onLimit(int) failed for flag 'limit' at k7:2");
	}

	@Test
	void listenersAndErrorHandlersThatThrowHurtNobody(CapturedOutput output) {
		Failures failures = new Failures();
		BlockingQueue<String> completed = new LinkedBlockingQueue<>();
		start((context) -> {
			context.registerBean("broken", FlagUpdateErrorHandler.class, () -> (invocation, failure) -> {
				throw new IllegalStateException("broken error handler");
			});
			context.registerBean("brokenListener", FlagHandlerListener.class, () -> (invocation, duration, failure) -> {
				throw new IllegalStateException("broken listener");
			});
			context.registerBean("listener", FlagHandlerListener.class,
					() -> (invocation, duration,
							failure) -> completed.add(invocation.beanName() + " " + invocation.method().getName() + " "
									+ !duration.isNegative() + " "
									+ ((failure != null) ? failure.getMessage() : "well")));
			context.registerBean("failures", Failures.class, () -> failures);
		}, FailingHandler.class, PrimitiveHandler.class);
		this.feed.set("limit", "1");
		assertThat(failures.next()).hasMessage("no 1");
		this.calls.expect("limit 1");
		assertThat(List.of(poll(completed), poll(completed))).containsExactlyInAnyOrder(
				"flagHandlerContainerTests.FailingHandler onLimit true no 1",
				"flagHandlerContainerTests.PrimitiveHandler onLimit true well");
		this.feed.set("limit", "2");
		assertThat(failures.next()).hasMessage("no 2");
		this.calls.expect("limit 2");
		assertThat(output).contains("broken error handler").contains("broken listener");
	}

	@Test
	void stopWaitsForTheRunningCallAndMakesNoOther() throws Exception {
		start(SlowHandler.class);
		SlowHandler handler = this.context.getBean(SlowHandler.class);
		this.feed.change(Map.of("slow", FlagValue.of(1), "slower", FlagValue.of(1)), Set.of());
		this.calls.expectAny();
		Thread closing = new Thread(this.context::close);
		closing.start();
		awaitUntil(() -> this.feed.subscriberCount() == 0);
		assertThat(closing.isAlive()).isTrue();
		this.feed.set("slow", "2");
		handler.proceed.countDown();
		closing.join(TIMEOUT.toMillis());
		assertThat(closing.isAlive()).isFalse();
		assertThat(handler.ended).hasValue(1);
		this.calls.expectNoMore();
	}

	@Test
	void stopGivesUpACallThatDoesNotEnd(CapturedOutput output) {
		start(SlowHandler.class);
		SlowHandler handler = this.context.getBean(SlowHandler.class);
		this.feed.set("slow", "1");
		this.calls.expect("slow 1");
		this.context.close();
		assertThat(output).contains("SlowHandler.onSlow(int) had not ended 2000ms after the stop and was cancelled");
		this.calls.expect("interrupted");
		assertThat(handler.ended).hasValue(0);
	}

	@Test
	void endOfTheFlagSetIsLogged(CapturedOutput output) {
		start(PrimitiveHandler.class);
		this.feed.end();
		assertThat(output).contains("flag set 'shop/production' gets no more changes; @OnFlagUpdate method "
				+ "FlagHandlerContainerTests.PrimitiveHandler.onLimit(int) will not be called any more");
	}

	@Test
	void contextWithoutMethodsNeedsNoFlags() {
		start(this.context, null, (context) -> {
		}, Object.class);
		assertThat(this.context.getBean(FlagHandlerContainer.class).isRunning()).isTrue();
	}

	private void start(Class<?>... handlers) {
		start((context) -> {
		}, handlers);
	}

	private void start(Consumer<AnnotationConfigApplicationContext> customizer, Class<?>... handlers) {
		start(new TestFlagFeeds(this.feed).withSdkKey("sdk-server-sample", this.feed), customizer, handlers);
	}

	private void start(FlagFeeds feeds, Consumer<AnnotationConfigApplicationContext> customizer, Class<?>... handlers) {
		start(this.context, feeds, customizer, handlers);
	}

	private void start(AnnotationConfigApplicationContext context, @Nullable FlagFeeds feeds,
			Consumer<AnnotationConfigApplicationContext> customizer, Class<?>... handlers) {
		if (feeds != null) {
			context.registerBean(FlagFeeds.class, () -> feeds);
		}
		context.registerBean(Calls.class, () -> this.calls);
		context.registerBean(FlagHandlerContainer.class,
				() -> new FlagHandlerContainer(new FlagValueConverter(new JsonMapper()), Schedulers.boundedElastic(),
						Duration.ofSeconds(2)));
		customizer.accept(context);
		context.register(handlers);
		context.refresh();
	}

	private static <T> T poll(BlockingQueue<T> queue) {
		try {
			T next = queue.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			assertThat(next).isNotNull();
			return next;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void awaitUntil(BooleanSupplier condition) {
		long deadline = System.nanoTime() + TIMEOUT.toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).isLessThan(deadline);
			Thread.onSpinWait();
		}
	}

	/**
	 * What handlers say.
	 */
	static final class Calls {

		private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();

		void add(String call) {
			this.queue.add(call);
		}

		String next() {
			return poll(this.queue);
		}

		void expect(String call) {
			assertThat(next()).isEqualTo(call);
		}

		void expectAny() {
			next();
		}

		/** Bounded wait, too short to fail by accident: it can only miss a mistake. */
		void expectNoMore() {
			try {
				assertThat(this.queue.poll(100, TimeUnit.MILLISECONDS)).isNull();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	static final class Failures implements FlagUpdateErrorHandler {

		private final BlockingQueue<Throwable> queue = new LinkedBlockingQueue<>();

		private final List<FlagHandlerInvocation> invocations = new ArrayList<>();

		@Override
		public synchronized void handle(FlagHandlerInvocation invocation, Throwable failure) {
			this.invocations.add(invocation);
			this.queue.add(failure);
		}

		Throwable next() {
			return poll(this.queue);
		}

		synchronized List<FlagHandlerInvocation> invocations() {
			return List.copyOf(this.invocations);
		}

	}

	record Limits(int retries, Duration timeout) {

	}

	static class ValueTypesHandler {

		private final Calls calls;

		ValueTypesHandler(Calls calls) {
			this.calls = calls;
		}

		@OnFlagUpdate("primitive")
		void onPrimitive(int value) {
			this.calls.add("primitive " + value);
		}

		@OnFlagUpdate("unit")
		void onEnum(TimeUnit value) {
			this.calls.add("unit " + value);
		}

		@OnFlagUpdate("limits")
		void onRecord(Limits value) {
			this.calls.add("limits " + value);
		}

		@OnFlagUpdate("timeout")
		void onDuration(Duration value) {
			this.calls.add("timeout " + value);
		}

		@OnFlagUpdate("countries")
		void onList(List<String> value) {
			this.calls.add("countries " + value);
		}

		@OnFlagUpdate("weights")
		void onMap(Map<String, Double> value) {
			this.calls.add("weights " + value);
		}

		@OnFlagUpdate("title")
		void onOptional(Optional<String> value) {
			this.calls.add("title " + value);
		}

		@OnFlagUpdate("tree")
		void onTree(JsonNode value) {
			this.calls.add("tree " + value);
		}

		@OnFlagUpdate("raw")
		void onRaw(FlagValue value) {
			this.calls.add("raw " + value);
		}

	}

	static class RemovalHandler {

		private final Calls calls;

		RemovalHandler(Calls calls) {
			this.calls = calls;
		}

		@OnFlagUpdate("text")
		void onText(@Nullable String value) {
			this.calls.add("text " + value);
		}

		@OnFlagUpdate("optional")
		void onOptional(Optional<Integer> value) {
			this.calls.add("optional " + value);
		}

	}

	static class PrimitiveHandler {

		private final Calls calls;

		PrimitiveHandler(Calls calls) {
			this.calls = calls;
		}

		@OnFlagUpdate("limit")
		void onLimit(int limit) {
			this.calls.add("limit " + limit);
		}

	}

	static class EverythingHandler {

		private final Calls calls;

		EverythingHandler(Calls calls) {
			this.calls = calls;
		}

		@OnFlagUpdate(flags = "a", sdkKey = "${shop.key}")
		void onUpdate(@FlagKey String key, FlagChange change, FlagSnapshot snapshot, int value, SdkKey sdkKey,
				FlagUpdate<Integer> update) {
			this.calls.add("key " + key + " change " + change.updates().stream().map(FlagUpdate::key).toList()
					+ " snapshot " + snapshot.flags() + " value " + value + " sdkKey " + sdkKey + " update "
					+ update.oldValue() + " -> " + update.newValue() + " at " + update.position());
		}

	}

	static class UpdateHandler {

		private final Calls calls;

		UpdateHandler(Calls calls) {
			this.calls = calls;
		}

		@OnFlagUpdate("limit")
		void onLimit(FlagUpdate<Integer> update) {
			this.calls.add(update.kind() + " " + update.oldValue() + " -> " + update.newValue());
		}

	}

	static class PatternHandler {

		private final Calls calls;

		PatternHandler(Calls calls) {
			this.calls = calls;
		}

		@OnFlagUpdate({ "ui.*", "checkout" })
		void onUpdate(String value, @FlagKey String key) {
			this.calls.add(key + "=" + value);
		}

	}

	static class ChangeHandler {

		private final Calls calls;

		ChangeHandler(Calls calls) {
			this.calls = calls;
		}

		@OnFlagUpdate("ui.*")
		void onChange(FlagChange change) {
			this.calls.add("change " + change.position());
		}

		@OnFlagUpdate("ui.*")
		void onSnapshot(FlagSnapshot snapshot) {
			this.calls.add("snapshot " + snapshot.position());
		}

		@OnFlagUpdate("ui.*")
		void onAnything() {
			this.calls.add("nothing");
		}

	}

	static class AllFlagsHandler {

		private final Calls calls;

		AllFlagsHandler(Calls calls) {
			this.calls = calls;
		}

		@OnFlagUpdate
		void onUpdate(FlagUpdate<FlagValue> update) {
			this.calls.add(update.key() + " " + update.newValue());
		}

	}

	@OnFlagUpdate(initial = true)
	@Retention(RetentionPolicy.RUNTIME)
	@interface Configure {

		@AliasFor(annotation = OnFlagUpdate.class, attribute = "flags")
		String[] value();

	}

	static class InitialHandler {

		private final Calls calls;

		InitialHandler(Calls calls) {
			this.calls = calls;
		}

		@Configure("limit")
		void configure(int limit) {
			this.calls.add("initial " + limit);
		}

		@OnFlagUpdate("limit")
		void onLimit(int limit) {
			this.calls.add("later " + limit);
		}

	}

	static class SelectionHandler {

		private final Calls calls;

		SelectionHandler(Calls calls) {
			this.calls = calls;
		}

		@OnFlagUpdate(flags = "${app.flag}", flagSet = "${app.set}")
		void onFlagSet(int limit) {
			this.calls.add("flagSet " + limit);
		}

		@OnFlagUpdate(flags = "${app.flag}", sdkKey = "${app.key}")
		void onSdkKey(int limit) {
			this.calls.add("sdkKey " + limit);
		}

		@OnFlagUpdate("${app.flag}")
		void onPrimary(int limit) {
			this.calls.add("primary " + limit);
		}

	}

	abstract static class AsyncHandler {

		private final Calls calls;

		private final BlockingQueue<Sinks.Empty<Void>> running = new LinkedBlockingQueue<>();

		AsyncHandler(Calls calls) {
			this.calls = calls;
		}

		Mono<Void> begin(int value) {
			Sinks.Empty<Void> end = Sinks.empty();
			this.running.add(end);
			this.calls.add("begin " + value);
			return end.asMono();
		}

		void end() {
			poll(this.running).tryEmitEmpty().orThrow();
		}

	}

	static class MonoHandler extends AsyncHandler {

		MonoHandler(Calls calls) {
			super(calls);
		}

		@OnFlagUpdate("limit")
		Mono<Void> onLimit(int limit) {
			return begin(limit);
		}

	}

	static class FluxHandler extends AsyncHandler {

		FluxHandler(Calls calls) {
			super(calls);
		}

		@OnFlagUpdate("limit")
		Flux<String> onLimit(int limit) {
			return Flux.just("a", "b").concatWith(begin(limit).then(Mono.empty()));
		}

	}

	static class FutureHandler extends AsyncHandler {

		FutureHandler(Calls calls) {
			super(calls);
		}

		@OnFlagUpdate("limit")
		CompletableFuture<Void> onLimit(int limit) {
			return begin(limit).toFuture();
		}

	}

	static class FailingAsyncHandler {

		@OnFlagUpdate("mono")
		Mono<String> onMono(int value) {
			return Mono.error(new IllegalStateException("mono"));
		}

		@OnFlagUpdate("flux")
		Flux<String> onFlux(int value) {
			return Flux.just("a").concatWith(Mono.error(new IllegalStateException("flux")));
		}

		@OnFlagUpdate("stage")
		CompletionStage<String> onStage(int value) {
			return CompletableFuture.supplyAsync(() -> {
				throw new IllegalStateException("stage");
			});
		}

	}

	static class NullResultHandler {

		private final Calls calls;

		NullResultHandler(Calls calls) {
			this.calls = calls;
		}

		@OnFlagUpdate("limit")
		@Nullable Mono<Void> onLimit(int limit) {
			this.calls.add("call " + limit);
			return null;
		}

	}

	static class ThreadHandler {

		private final Calls calls;

		ThreadHandler(Calls calls) {
			this.calls = calls;
		}

		@OnFlagUpdate("limit")
		void onLimit() {
			this.calls.add(Thread.currentThread().getName());
		}

	}

	static class AsynchronousThreadHandler {

		private final Calls calls;

		AsynchronousThreadHandler(Calls calls) {
			this.calls = calls;
		}

		@OnFlagUpdate("thread.*")
		Mono<Long> onThread(int value) {
			this.calls.add(Thread.currentThread().getName());
			return Mono.delay(Duration.ofMillis(1), Schedulers.parallel());
		}

	}

	static class OrderHandler {

		private final List<Long> conflated = new ArrayList<>();

		private final List<Long> each = new ArrayList<>();

		private final AtomicInteger running = new AtomicInteger();

		private final AtomicInteger overlaps = new AtomicInteger();

		private final Last last = new Last(2);

		@OnFlagUpdate
		void onConflated(FlagChange change) {
			if (this.running.incrementAndGet() > 1) {
				this.overlaps.incrementAndGet();
			}
			this.conflated.add(change.position().version());
			this.running.decrementAndGet();
			this.last.note(change.position());
		}

		@OnFlagUpdate(conflate = false)
		void onEach(FlagChange change) {
			this.each.add(change.position().version());
			this.last.note(change.position());
		}

	}

	private record Last(CountDownLatch latch) {

		Last(int handlers) {
			this(new CountDownLatch(handlers));
		}

		void note(FlagPosition position) {
			if (position.version() == 1001) {
				this.latch.countDown();
			}
		}

		boolean await(Duration timeout) {
			try {
				return this.latch.await(timeout.toSeconds(), TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	static class SlowHandler {

		private final Calls calls;

		private final CountDownLatch proceed = new CountDownLatch(1);

		private final AtomicInteger ended = new AtomicInteger();

		SlowHandler(Calls calls) {
			this.calls = calls;
		}

		@OnFlagUpdate({ "slow", "slower" })
		void onSlow(int value) {
			this.calls.add("slow " + value);
			try {
				this.proceed.await(30, TimeUnit.SECONDS);
				this.ended.incrementAndGet();
			}
			catch (InterruptedException ex) {
				this.calls.add("interrupted");
			}
		}

	}

	static class PatientHandler {

		private final Calls calls;

		private final CountDownLatch proceed = new CountDownLatch(1);

		PatientHandler(Calls calls) {
			this.calls = calls;
		}

		@OnFlagUpdate(flags = "slow", conflate = false)
		void onSlow(int value) throws InterruptedException {
			this.calls.add("slow " + value);
			this.proceed.await(30, TimeUnit.SECONDS);
		}

	}

	static class FailingHandler {

		@OnFlagUpdate("limit")
		void onLimit(int limit) throws Exception {
			switch (limit) {
				case 1 -> throw new IllegalStateException("no 1");
				case 2 -> throw new NoClassDefFoundError("no 2");
				default -> throw new Exception("no " + limit);
			}
		}

	}

	static class AlwaysFailingHandler {

		@OnFlagUpdate
		void onUpdate(@FlagKey String key) {
			throw new IllegalStateException(key);
		}

	}

}
