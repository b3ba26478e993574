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

package io.realtimepush.watch;

import java.util.List;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Several listeners, of which one that fails does not keep the others from hearing.
 *
 * @param listeners who is told, in this order
 */
record WatchListeners(List<WatchListener> listeners) {

	private static final Log logger = LogFactory.getLog(WatchListeners.class);

	WatchListeners {
		listeners = List.copyOf(listeners);
	}

	void tell(Consumer<WatchListener> event) {
		for (WatchListener listener : this.listeners) {
			try {
				event.accept(listener);
			}
			catch (RuntimeException ex) {
				logger.warn("watch listener " + listener.getClass().getName() + " failed", ex);
			}
		}
	}

}
