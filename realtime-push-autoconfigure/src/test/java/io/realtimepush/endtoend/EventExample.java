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

package io.realtimepush.endtoend;

import java.util.List;

import io.realtimepush.featureprobe.EventSink;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The example of docs/featureprobe.md.
 */
@Configuration(proxyBeanMethods = false)
class EventExample {

	@Bean
	EventSink events(Warehouse warehouse) {
		return (report) -> warehouse.store(report.flagSet().name(), report.sdk(), report.batches());
	}

	/**
	 * Where the app keeps events.
	 */
	interface Warehouse {

		void store(String flagSet, @Nullable String sdk, List<FlagValue> batches);

	}

}
