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

package io.realtimepush.featureprobe;

/**
 * Is given what SDKs report: accesses to toggles, and events of the app. Without a bean
 * of this type reports are counted and dropped. Beans are called in their order.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface EventSink {

	/**
	 * Take a report. Called on an event loop; must not block. What it throws is logged
	 * and told to nobody.
	 * @param report the report
	 */
	void accept(EventReport report);

}
