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

package io.realtimepush.benchmarks.server;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the flag sets, and the sockets, are like.
 *
 * @param flags flags of each flag set besides the one that changes
 * @param valueSize bytes of the value of each of them
 * @param keys further SDK keys, each with a flag set of its own
 * @param sendBuffer bytes of the send buffer of each socket, or 0 for what the system
 * gives
 */
@ConfigurationProperties("bench")
record BenchProperties(@DefaultValue("10") int flags, @DefaultValue("20") int valueSize, @DefaultValue("0") int keys,
		@DefaultValue("0") int sendBuffer) {
}
