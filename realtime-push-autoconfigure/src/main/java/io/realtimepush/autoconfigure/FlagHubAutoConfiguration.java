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

import io.realtimepush.flags.FlagSource;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.RingLimits;
import io.realtimepush.watch.FlagVersionWatcher;
import io.realtimepush.watch.WatchListener;
import io.realtimepush.watch.WatchSettings;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for the hub and the watcher that feeds it.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = FlagSourceAutoConfiguration.class)
@ConditionalOnBean(FlagSource.class)
@EnableConfigurationProperties(RealtimePushProperties.class)
public final class FlagHubAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	FlagHub flagHub(RealtimePushProperties properties) {
		RealtimePushProperties.Ring ring = properties.getRing();
		return new FlagHub(new RingLimits(ring.getMaxVersions(), ring.getMaxSize().toBytes()));
	}

	@Bean
	@ConditionalOnMissingBean
	FlagVersionWatcher flagVersionWatcher(FlagSource source, FlagHub hub, RealtimePushProperties properties,
			ObjectProvider<WatchListener> listeners) {
		RealtimePushProperties.Watch watch = properties.getWatch();
		Duration renewalInterval = WatchSettings.DEFAULT.renewalInterval();
		WatchSettings settings = new WatchSettings(watch.getInterval(), watch.getTimeout(), watch.getMaxBackOff(),
				watch.getRestoreDelay(), renewalInterval, watch.getLinger());
		Scheduler scheduler = Schedulers.newSingle("realtime-push-watch", true);
		return new FlagVersionWatcher(source, hub, settings, scheduler, listeners.orderedStream().toList());
	}

	@Bean
	WatchLifecycle flagWatchLifecycle(FlagVersionWatcher watcher) {
		return new WatchLifecycle(watcher);
	}

	/**
	 * Watches before the web server starts and until it has stopped.
	 */
	static final class WatchLifecycle implements SmartLifecycle {

		private final FlagVersionWatcher watcher;

		private volatile boolean running;

		WatchLifecycle(FlagVersionWatcher watcher) {
			this.watcher = watcher;
		}

		@Override
		public void start() {
			this.watcher.start();
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
			this.watcher.stop();
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return DEFAULT_PHASE - 4096;
		}

	}

}
