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

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.realtimepush.benchmarks.load.Marker;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagStore;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Makes changes.
 */
@RestController
class PublishController {

	private final FlagStore store;

	private final List<FlagSetId> furtherFlagSets;

	PublishController(FlagStore store, BenchProperties properties) {
		this.store = store;
		this.furtherFlagSets = IntStream.range(0, properties.keys()).mapToObj(BenchFlags::flagSet).toList();
	}

	/**
	 * Set the flag of one flag set to the body.
	 * @param key the number of a further SDK key, or nothing for the first one
	 */
	@PostMapping("/publish")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	Mono<Void> publish(@RequestBody String body, @RequestParam(required = false) @Nullable Integer key) {
		return run(() -> set((key != null) ? BenchFlags.flagSet(key) : BenchFlags.FLAG_SET, FlagValue.ofJson(body)));
	}

	/**
	 * Make one change for each further SDK key.
	 */
	@PostMapping("/publish-all")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	Mono<Void> publishAll(@RequestBody String body) {
		return run(() -> {
			FlagValue value = FlagValue.ofJson(body);
			this.furtherFlagSets.forEach((flagSet) -> set(flagSet, value));
		});
	}

	/**
	 * Make many changes, evenly spread over a time. Answers after the last one.
	 * @param changes how many changes
	 * @param millis the time they take
	 * @param first the number of the first change, counted up from there
	 * @param size bytes of each value
	 */
	@PostMapping("/burst")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	Mono<Void> burst(@RequestParam int changes, @RequestParam int millis, @RequestParam int first,
			@RequestParam(defaultValue = "200") int size) {
		return run(() -> {
			long start = System.nanoTime();
			for (int i = 0; i < changes; i++) {
				awaitTime(start + TimeUnit.MILLISECONDS.toNanos(millis) * i / changes);
				set(BenchFlags.FLAG_SET, FlagValue.ofJson(Marker.body(first + i, size)));
			}
		});
	}

	private static void awaitTime(long due) {
		long left;
		while ((left = due - System.nanoTime()) > 0) {
			LockSupport.parkNanos(left);
		}
	}

	private void set(FlagSetId flagSet, FlagValue value) {
		this.store.set(flagSet, BenchFlags.FLAG, value);
	}

	private static Mono<Void> run(Runnable changes) {
		return Mono.<Void>fromRunnable(changes).subscribeOn(Schedulers.boundedElastic());
	}

}
