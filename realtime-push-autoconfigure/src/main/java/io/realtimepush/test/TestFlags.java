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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import org.jspecify.annotations.Nullable;

/**
 * The flags of an app context under test, see {@link AutoConfigureFlags}. A bean, to be
 * injected into the test.
 * <p>
 * Each change returns when all {@code @OnFlagUpdate} methods that it concerns have ended,
 * at the latest after 10 s; so it must not be made by such a method. What a method throws
 * is logged and told to the error handlers of the app, as in production.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class TestFlags {

	/** Longest time that the handlers of a change may take. */
	static final Duration HANDLER_TIMEOUT = Duration.ofSeconds(10);

	private final Map<FlagSetId, TestFlagSet> flagSets;

	private final Function<@Nullable Object, FlagValue> writer;

	private final TestFlagSet present;

	private TestFlags(Map<FlagSetId, TestFlagSet> flagSets, TestFlagSet present,
			Function<@Nullable Object, FlagValue> writer) {
		this.flagSets = flagSets;
		this.present = present;
		this.writer = writer;
	}

	/**
	 * Create flags.
	 * @param primary the name of the primary flag set
	 * @param initial the flags that it starts with; all other flag sets start empty
	 * @param writer writes a value as JSON
	 */
	static TestFlags of(FlagSetId primary, FlagSet initial, Function<@Nullable Object, FlagValue> writer) {
		TestFlagSet present = new TestFlagSet(primary, initial);
		return new TestFlags(new ConcurrentHashMap<>(Map.of(primary, present)), present, writer);
	}

	/**
	 * Set a flag of the primary flag set, whether or not it exists.
	 * @param key the flag key
	 * @param value the value: anything that Jackson writes, or {@code null} for JSON
	 * {@code null}
	 * @throws IllegalArgumentException if the key is no flag key, or the value cannot be
	 * written as JSON
	 * @throws IllegalStateException if the handlers do not end
	 */
	public void set(String key, @Nullable Object value) {
		this.present.update(Map.of(FlagSet.requireValidKey(key), this.writer.apply(value)), Set.of());
	}

	/**
	 * Set several flags at once, which handlers see as one change.
	 * @param values the values by flag key
	 * @throws IllegalArgumentException if a key is no flag key, or a value cannot be
	 * written as JSON
	 * @throws IllegalStateException if the handlers do not end
	 */
	public void set(Map<String, ? extends @Nullable Object> values) {
		Map<String, FlagValue> written = new LinkedHashMap<>();
		values.forEach((key, value) -> written.put(FlagSet.requireValidKey(key), this.writer.apply(value)));
		this.present.update(written, Set.of());
	}

	/**
	 * Remove a flag, if it exists.
	 * @param key the flag key
	 * @throws IllegalStateException if the handlers do not end
	 */
	public void remove(String key) {
		this.present.update(Map.of(), Set.of(key));
	}

	/**
	 * Set all flag sets back to what they started with, the primary one to the flags of
	 * the annotation and all others to none. This is done before each test method.
	 * @throws IllegalStateException if the handlers do not end
	 */
	public void reset() {
		this.flagSets.values().forEach(TestFlagSet::reset);
	}

	/**
	 * Return the flags of another flag set, which the app names by
	 * {@code @OnFlagUpdate(flagSet = …)} or {@code Flags.of(…)}.
	 * @param name the name of the flag set
	 * @return its flags, none at first
	 */
	public TestFlags flagSet(String name) {
		return new TestFlags(this.flagSets, find(FlagSetId.of(name)), this.writer);
	}

	private TestFlagSet find(FlagSetId name) {
		return this.flagSets.computeIfAbsent(name, (same) -> new TestFlagSet(same, FlagSet.empty()));
	}

	/**
	 * Return the flags as the app has them.
	 */
	FlagFeeds feeds() {
		return new FlagFeeds() {

			@Override
			public FlagFeed primary() {
				return TestFlags.this.present.feed();
			}

			@Override
			public FlagFeed flagSet(FlagSetId flagSet) {
				return find(flagSet).feed();
			}

			/** A test need not know the keys of the app. */
			@Override
			public FlagFeed sdkKey(SdkKey key) {
				return primary();
			}

		};
	}

	@Override
	public String toString() {
		return "TestFlags[" + this.present + "]";
	}

}
