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

package io.realtimepush.autoconfigure;

import java.time.Duration;

import io.realtimepush.flags.FlagSetId;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Properties of flags in the app, whatever they come from.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("realtime-push")
public class RealtimePushProperties implements InitializingBean {

	/**
	 * Flag set that Flags and @OnFlagUpdate stand for when nothing else is said. Needed
	 * only if the app has several.
	 */
	private @Nullable String primaryFlagSet;

	private final Watch watch = new Watch();

	private final Ring ring = new Ring();

	public @Nullable String getPrimaryFlagSet() {
		return this.primaryFlagSet;
	}

	public void setPrimaryFlagSet(@Nullable String primaryFlagSet) {
		this.primaryFlagSet = primaryFlagSet;
	}

	public Watch getWatch() {
		return this.watch;
	}

	public Ring getRing() {
		return this.ring;
	}

	/**
	 * Return the flag set that stands for the app's flags.
	 * @return the primary flag set, or {@code null} if none is named
	 */
	@Nullable FlagSetId primary() {
		return (this.primaryFlagSet != null) ? FlagSetId.of(this.primaryFlagSet) : null;
	}

	@Override
	public void afterPropertiesSet() {
		try {
			primary();
		}
		catch (IllegalArgumentException ex) {
			throw PropertyCheck.wrong("realtime-push.primary-flag-set", "cannot be used: " + ex.getMessage(),
					"'" + this.primaryFlagSet + "'", ex);
		}
		this.watch.check();
		this.ring.check();
	}

	/**
	 * How the flag source is watched.
	 */
	public static class Watch {

		/**
		 * Time between two looks at the versions of the flag source, 10 milliseconds to 1
		 * hour, varied by a tenth. A source that gives hints is looked at sooner, and one
		 * that hints each change (flags in memory) only each half minute without a hint.
		 */
		private Duration interval = Duration.ofSeconds(1);

		/**
		 * Longest time the flag source may take to answer, 10 milliseconds to 10 minutes.
		 */
		private Duration timeout = Duration.ofSeconds(10);

		/**
		 * Longest pause after failures of the flag source, 10 milliseconds to 1 hour. It
		 * starts at the interval and doubles.
		 */
		private Duration maxBackOff = Duration.ofSeconds(30);

		/**
		 * How long the flag source must stay at a lower version before it counts as
		 * restored from a backup and is asked for a new epoch. At most 1 hour.
		 */
		private Duration restoreDelay = Duration.ofSeconds(5);

		/**
		 * How long a flag set is watched after the last one who needed it has left, at
		 * most 24 hours.
		 */
		private Duration linger = Duration.ofMinutes(1);

		private void check() {
			Duration shortest = Duration.ofMillis(10);
			PropertyCheck.between("realtime-push.watch.interval", this.interval, shortest, Duration.ofHours(1));
			PropertyCheck.between("realtime-push.watch.timeout", this.timeout, shortest, Duration.ofMinutes(10));
			PropertyCheck.between("realtime-push.watch.max-back-off", this.maxBackOff, shortest, Duration.ofHours(1));
			PropertyCheck.between("realtime-push.watch.restore-delay", this.restoreDelay, Duration.ZERO,
					Duration.ofHours(1));
			PropertyCheck.between("realtime-push.watch.linger", this.linger, Duration.ZERO, Duration.ofHours(24));
		}

		public Duration getInterval() {
			return this.interval;
		}

		public void setInterval(Duration interval) {
			this.interval = interval;
		}

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

		public Duration getMaxBackOff() {
			return this.maxBackOff;
		}

		public void setMaxBackOff(Duration maxBackOff) {
			this.maxBackOff = maxBackOff;
		}

		public Duration getRestoreDelay() {
			return this.restoreDelay;
		}

		public void setRestoreDelay(Duration restoreDelay) {
			this.restoreDelay = restoreDelay;
		}

		public Duration getLinger() {
			return this.linger;
		}

		public void setLinger(Duration linger) {
			this.linger = linger;
		}

	}

	/**
	 * How much of the past of a flag set is kept, so that clients that come back are sent
	 * only what they have missed.
	 */
	public static class Ring {

		/**
		 * Most versions that are kept of each flag set, 1 to 1,000,000.
		 */
		private int maxVersions = 128;

		/**
		 * Most memory, as estimated, that the kept versions of each flag set take, 1KB to
		 * 1GB.
		 */
		private DataSize maxSize = DataSize.ofMegabytes(1);

		private void check() {
			PropertyCheck.between("realtime-push.ring.max-versions", this.maxVersions, 1, 1_000_000);
			PropertyCheck.between("realtime-push.ring.max-size", this.maxSize, DataSize.ofKilobytes(1),
					DataSize.ofGigabytes(1));
		}

		public int getMaxVersions() {
			return this.maxVersions;
		}

		public void setMaxVersions(int maxVersions) {
			this.maxVersions = maxVersions;
		}

		public DataSize getMaxSize() {
			return this.maxSize;
		}

		public void setMaxSize(DataSize maxSize) {
			this.maxSize = maxSize;
		}

	}

}
