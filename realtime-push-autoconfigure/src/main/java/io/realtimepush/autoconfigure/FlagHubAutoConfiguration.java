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
import io.realtimepush.hub.FlagHubListener;
import io.realtimepush.hub.RingLimits;
import io.realtimepush.watch.FlagVersionWatcher;
import io.realtimepush.watch.WatchListener;
import io.realtimepush.watch.WatchSettings;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
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
	SmartInitializingSingleton flagHubListenerRegistrar(FlagHub hub, ObjectProvider<FlagHubListener> listeners) {
		return () -> listeners.orderedStream().forEach(hub::addListener);
	}

	/** A thread of its own, so that nothing else of the app delays a change. */
	@Bean(destroyMethod = "dispose", defaultCandidate = false)
	@ConditionalOnMissingBean(FlagVersionWatcher.class)
	Scheduler flagWatchScheduler() {
		return Schedulers.newSingle("realtime-push-watch", true);
	}

	@Bean
	@ConditionalOnMissingBean
	FlagVersionWatcher flagVersionWatcher(ObjectProvider<FlagSource> sources, FlagHub hub,
			RealtimePushProperties properties, @Qualifier("flagWatchScheduler") Scheduler scheduler,
			ObjectProvider<WatchListener> listeners, ListableBeanFactory beanFactory) {
		FlagSource source = SingleBean.of(FlagSource.class, sources, beanFactory);
		return new FlagVersionWatcher(source, hub, settings(properties.getWatch()), scheduler,
				listeners.orderedStream().toList());
	}

	private static WatchSettings settings(RealtimePushProperties.Watch watch) {
		// A pause after a failure that is shorter than the usual one would be none
		Duration maxBackOff = (watch.getMaxBackOff().compareTo(watch.getInterval()) > 0) ? watch.getMaxBackOff()
				: watch.getInterval();
		return new WatchSettings(watch.getInterval(), watch.getTimeout(), maxBackOff, watch.getRestoreDelay(),
				WatchSettings.DEFAULT.renewalInterval(), watch.getLinger());
	}

	@Bean
	FlagWatchLifecycle flagWatchLifecycle(FlagVersionWatcher watcher) {
		return new FlagWatchLifecycle(watcher);
	}

}
