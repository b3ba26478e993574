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

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.support.FlagValueConverter;
import io.realtimepush.flags.support.TestFlagFeeds;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.RingLimits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FlagHandlerContainer} on the feed of a real {@link FlagHub}.
 */
class FlagHandlerHubTests {

	private static final FlagSetId SHOP = FlagSetId.of("shop/production");

	private static final BlockingQueue<String> initial = new LinkedBlockingQueue<>();

	private static final BlockingQueue<String> slow = new LinkedBlockingQueue<>();

	private static final BlockingQueue<String> each = new LinkedBlockingQueue<>();

	private final FlagHub hub = new FlagHub(RingLimits.DEFAULT);

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	@BeforeEach
	void startContext() {
		FlagFeed feed = this.hub.feed(SHOP);
		this.context.registerBean(FlagFeeds.class, () -> new TestFlagFeeds(feed));
		this.context.registerBean(FlagHandlerContainer.class,
				() -> new FlagHandlerContainer(new FlagValueConverter(new JsonMapper())));
		this.context.register(Handler.class);
		this.context.refresh();
	}

	@AfterEach
	void closeContext() {
		this.context.close();
		initial.clear();
		slow.clear();
		each.clear();
	}

	@Test
	void firstLoadSlowHandlerAndEachChange() throws Exception {
		publish(1);
		assertThat(next(initial)).isEqualTo("1");
		publish(2);
		assertThat(next(slow)).isEqualTo("2");
		IntStream.rangeClosed(3, 500).forEach(this::publish);
		this.context.getBean(Handler.class).proceed.countDown();
		assertThat(next(slow)).isEqualTo("500");
		for (int i = 2; i <= 500; i++) {
			assertThat(next(each)).isEqualTo(Integer.toString(i));
		}
		String last = "";
		while (!last.equals("500")) {
			last = next(initial);
		}
		assertThat(slow).isEmpty();
		assertThat(each).isEmpty();
	}

	private void publish(int version) {
		this.hub.publish(new FlagSnapshot(SHOP, new FlagPosition("k7", version),
				FlagSet.of(Map.of("limit", FlagValue.of(version)))));
	}

	private static String next(BlockingQueue<String> calls) throws InterruptedException {
		String call = calls.poll(10, TimeUnit.SECONDS);
		assertThat(call).isNotNull();
		return call;
	}

	static class Handler {

		private final CountDownLatch proceed = new CountDownLatch(1);

		@OnFlagUpdate(flags = "limit", initial = true)
		void onInitial(int limit) {
			initial.add(Integer.toString(limit));
		}

		@OnFlagUpdate("limit")
		void onSlow(int limit) throws InterruptedException {
			slow.add(Integer.toString(limit));
			this.proceed.await(10, TimeUnit.SECONDS);
		}

		@OnFlagUpdate(flags = "limit", conflate = false)
		void onEach(int limit) {
			each.add(Integer.toString(limit));
		}

	}

}
