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

package io.realtimepush.flags.support;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.Flags;
import io.realtimepush.flags.FlagsStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Reads flags from the {@link FlagFeeds} of the app. A value is converted once for each
 * version and type.
 * <p>
 * Safe for use by many threads. Values of {@link #watch} arrive on the thread that
 * publishes the change, which must not be blocked.
 *
 * @since 0.1.0
 */
public final class DefaultFlags implements Flags {

	private static final Log logger = LogFactory.getLog(DefaultFlags.class);

	private final FlagFeeds feeds;

	private final FlagFeed feed;

	private final FlagValueConverter converter;

	private final Map<FlagSetId, DefaultFlags> others;

	private final AtomicReference<@Nullable Conversions> conversions = new AtomicReference<>();

	/**
	 * Create the flags of the only or the primary flag set.
	 * @param feeds the flag sets of the app
	 * @param converter converts the values
	 * @throws IllegalStateException if there are several flag sets and none is primary,
	 * or there is none; the message names them
	 */
	public DefaultFlags(FlagFeeds feeds, FlagValueConverter converter) {
		this(feeds, feeds.primary(), converter, new ConcurrentHashMap<>());
	}

	private DefaultFlags(FlagFeeds feeds, FlagFeed feed, FlagValueConverter converter,
			Map<FlagSetId, DefaultFlags> others) {
		this.feeds = feeds;
		this.feed = feed;
		this.converter = converter;
		this.others = others;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> T get(String key, Class<T> type, T fallback) {
		FlagSnapshot snapshot = this.feed.snapshot().orElse(null);
		FlagValue value = (snapshot != null) ? snapshot.flags().get(key) : null;
		if (snapshot == null || value == null || value.equals(FlagValue.NULL)) {
			return fallback;
		}
		Map<Request, Object> known = conversions(snapshot).byKey();
		Request request = new Request(key, type);
		Object converted = known.get(request);
		if (converted == null) {
			converted = known.computeIfAbsent(request, (any) -> convertOrFail(request, snapshot.position(), value));
		}
		return (converted != Conversions.FAILED) ? (T) converted : fallback;
	}

	private Conversions conversions(FlagSnapshot snapshot) {
		Conversions present = this.conversions.get();
		if (present != null && present.snapshot() == snapshot) {
			return present;
		}
		Conversions fresh = new Conversions(snapshot, new ConcurrentHashMap<>());
		Conversions witness = this.conversions.compareAndExchange(present, fresh);
		return (witness != null && witness.snapshot() == snapshot) ? witness : fresh;
	}

	private Object convertOrFail(Request request, FlagPosition position, FlagValue value) {
		Object converted = convert(request.key(), position, value, request.type());
		return (converted != null) ? converted : Conversions.FAILED;
	}

	private <T> @Nullable T convert(String key, FlagPosition position, FlagValue value, Class<T> type) {
		try {
			return this.converter.convert(key, position, value, type);
		}
		catch (FlagConversionException ex) {
			logger.warn(ex.getMessage() + "; it is taken as absent", ex);
			return null;
		}
	}

	@Override
	public @Nullable FlagValue get(String key) {
		FlagSnapshot snapshot = this.feed.snapshot().orElse(null);
		return (snapshot != null) ? snapshot.flags().get(key) : null;
	}

	@Override
	public <T> Flux<T> watch(String key, Class<T> type) {
		return this.feed.changes()
			.mapNotNull((change) -> Present.of(key, change.snapshot()))
			.distinctUntilChanged(Present::value)
			.<T>mapNotNull((present) -> convert(key, present.position(), present.value(), type))
			.distinctUntilChanged();
	}

	@Override
	public FlagSnapshot snapshot() {
		return this.feed.snapshot()
			.orElseThrow(() -> new IllegalStateException(
					"flag set '" + this.feed.flagSet() + "' has not been loaded yet; wait for FlagFeed.loaded()"));
	}

	@Override
	public FlagsStatus status() {
		return this.feed.status();
	}

	@Override
	public Flags of(FlagSetId flagSet) {
		FlagFeed other = this.feeds.flagSet(flagSet);
		return Objects.requireNonNull(this.others.compute(flagSet, (id, known) -> (known != null && known.feed == other)
				? known : new DefaultFlags(this.feeds, other, this.converter, this.others)));
	}

	/**
	 * What has been converted of a snapshot: bounded by its flags, and gone with it.
	 *
	 * @param snapshot the snapshot
	 * @param byKey the converted value, or {@link #FAILED}
	 */
	private record Conversions(FlagSnapshot snapshot, Map<Request, Object> byKey) {

		static final Object FAILED = new Object();

	}

	/**
	 * What a flag is read as.
	 *
	 * @param key the flag key
	 * @param type the type
	 */
	private record Request(String key, Class<?> type) {

	}

	/**
	 * A flag that exists.
	 *
	 * @param value its value, not JSON {@code null}
	 * @param position where it has the value
	 */
	private record Present(FlagValue value, FlagPosition position) {

		static @Nullable Present of(String key, FlagSnapshot snapshot) {
			FlagValue value = snapshot.flags().get(key);
			return (value != null && !value.equals(FlagValue.NULL)) ? new Present(value, snapshot.position()) : null;
		}

	}

}
