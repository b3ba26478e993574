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

package io.realtimepush.benchmarks.peer;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A sink for streams, and one for each next poll.
 */
final class PlainFanout {

	private final Sinks.Many<String> sink = Sinks.many().multicast().directBestEffort();

	private volatile Sinks.One<String> next = Sinks.one();

	synchronized void publish(String change) {
		this.sink.tryEmitNext(change);
		Sinks.One<String> answered = this.next;
		this.next = Sinks.one();
		answered.tryEmitValue(change);
	}

	Flux<String> changes() {
		return this.sink.asFlux();
	}

	Mono<String> next() {
		return Mono.defer(() -> this.next.asMono());
	}

}
