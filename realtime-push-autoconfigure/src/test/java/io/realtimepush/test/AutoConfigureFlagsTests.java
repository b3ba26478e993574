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

package io.realtimepush.test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.PushClient;
import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.Flags;
import io.realtimepush.flags.FlagsStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Flags that come from the test, in the context of a client app that has no server.
 */
@SpringBootTest(classes = AutoConfigureFlagsTests.App.class,
		properties = { "realtime-push.client.url=http://127.0.0.1:1/realtime",
				"realtime-push.client.sdk-key=${KEY_THAT_NOBODY_SETS}", "realtime-push.client.flag-set=shop" })
@AutoConfigureFlags({ "checkout.max-items=50", "ui.banner=Hello = hello", "ui.dark = true" })
class AutoConfigureFlagsTests {

	@Autowired
	private TestFlags testFlags;

	@Autowired
	private Flags flags;

	@Autowired
	private Handler handler;

	@Autowired
	private PushClient client;

	@Test
	void flagsAreThoseOfTheAnnotation() {
		assertThat(this.flags.status()).isEqualTo(FlagsStatus.LIVE);
		assertThat(this.flags.snapshot().flags().asMap().toString())
			.isEqualTo("{checkout.max-items=50, ui.banner=\"Hello = hello\", ui.dark=true}");
		assertThat(this.flags.of(FlagSetId.of("shop")).get("checkout.max-items", Integer.class, 0)).isEqualTo(50);
		assertThat(this.flags.of(FlagSetId.of("other")).snapshot().flags().size()).isZero();
	}

	@ParameterizedTest
	@ValueSource(ints = { 60, 70 })
	void changeReturnsWhenHandlersHaveEnded(int items) {
		this.testFlags.set("checkout.max-items", items);
		assertThat(this.handler.maxItems).isEqualTo(items);
		this.testFlags.set(Map.of("checkout.max-items", items + 1, "ui.banner", List.of("a", "b")));
		assertThat(this.handler.maxItems).isEqualTo(items + 1);
		assertThat(this.flags.get("ui.banner")).hasToString("[\"a\",\"b\"]");
		assertThat(this.handler.changes.get(this.handler.changes.size() - 1).updates()).extracting(FlagUpdate::key)
			.containsExactlyInAnyOrder("checkout.max-items", "ui.banner");
	}

	@Test
	void eachTestStartsWithTheFlagsOfTheAnnotation() {
		this.testFlags.remove("ui.dark");
		this.testFlags.set("new", null);
		this.testFlags.flagSet("other").set("limit", 1);
		assertThat(this.handler.otherLimit).isEqualTo(1);
		assertThat(this.flags.snapshot().flags().asMap()).containsOnlyKeys("checkout.max-items", "ui.banner", "new");
		this.testFlags.reset();
		assertThat(this.handler.maxItems).isEqualTo(50);
		flagsAreThoseOfTheAnnotation();
	}

	@Test
	void handlerThatFailsIsWaitedForToo() {
		this.testFlags.set("checkout.max-items", "many");
		assertThat(this.handler.maxItems).isEqualTo(50);
		this.testFlags.set("checkout.max-items", 51);
		assertThat(this.handler.maxItems).isEqualTo(51);
	}

	@Test
	void asynchronousHandlerIsWaitedFor() {
		this.testFlags.set("slow", 7);
		assertThat(this.handler.slow).isEqualTo(7);
	}

	@Test
	void clientOfTheAppDoesNotConnect() {
		assertThat(this.client.status().state()).isEqualTo(State.INITIALIZING);
	}

	@Test
	void textThatNamesNoFlagIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new FlagsContextCustomizerFactory().createContextCustomizer(Wrong.class, List.of()))
			.withMessage("@AutoConfigureFlags of io.realtimepush.test.AutoConfigureFlagsTests$Wrong must name flags as "
					+ "'key=value', but has '50'");
	}

	@Test
	void contextsOfEqualFlagsAreShared() {
		FlagsContextCustomizerFactory factory = new FlagsContextCustomizerFactory();
		assertThat(factory.createContextCustomizer(Slice.class, List.of()))
			.isEqualTo(factory.createContextCustomizer(SameSlice.class, List.of()))
			.isNotEqualTo(factory.createContextCustomizer(AutoConfigureFlagsTests.class, List.of()));
		assertThat(factory.createContextCustomizer(String.class, List.of())).isNull();
	}

	@AutoConfigureFlags("50")
	static class Wrong {

	}

	@AutoConfigureFlags("limit=1")
	static class SameSlice {

	}

	/**
	 * A context without auto-configuration.
	 */
	@SpringJUnitConfig(Handler.class)
	@AutoConfigureFlags("limit=1")
	static class Slice {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class App {

		@Bean
		Handler handler() {
			return new Handler();
		}

	}

	static class Handler {

		final List<FlagChange> changes = new CopyOnWriteArrayList<>();

		volatile int maxItems;

		volatile int otherLimit;

		volatile int slow;

		@OnFlagUpdate(flags = "checkout.max-items", initial = true)
		void maxItemsChanged(int value) {
			this.maxItems = value;
		}

		@OnFlagUpdate
		void changed(FlagChange change) {
			this.changes.add(change);
		}

		@OnFlagUpdate(flags = "limit", flagSet = "other")
		void otherLimitChanged(Integer value) {
			this.otherLimit = (value != null) ? value : 0;
		}

		@OnFlagUpdate("slow")
		Mono<Void> slowChanged(Integer value) {
			return Mono.delay(Duration.ofMillis(100)).doOnNext((end) -> this.slow = (value != null) ? value : 0).then();
		}

	}

}
