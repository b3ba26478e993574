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
import java.util.stream.IntStream;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.session.InMemorySdkKeyRegistry;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Lets SDK keys come and go, each with a flag set and a pattern of its own.
 */
@RestController
@RequestMapping("/keys")
class KeyController {

	private final InMemorySdkKeyRegistry registry;

	private final BenchFlagSource source;

	private final FlagSet flags;

	KeyController(InMemorySdkKeyRegistry registry, BenchFlagSource source, BenchProperties properties) {
		this.registry = registry;
		this.source = source;
		this.flags = FlagSet.of(BenchFlags.flags(properties));
	}

	@PostMapping
	@ResponseStatus(HttpStatus.NO_CONTENT)
	Mono<Void> add(@RequestParam int first, @RequestParam int count) {
		return Mono.<Void>fromRunnable(() -> IntStream.range(first, first + count).forEach(this::add))
			.subscribeOn(Schedulers.boundedElastic());
	}

	private void add(int index) {
		FlagPosition position = new FlagPosition("passing", 1);
		this.source.add(new FlagSnapshot(BenchFlags.flagSet(index), position, this.flags));
		FlagFilter visible = FlagFilter.of(List.of(BenchFlags.FLAG, "app.*-" + index));
		this.registry.put(BenchFlags.details(BenchFlags.key(index), BenchFlags.flagSet(index), visible));
	}

	@DeleteMapping
	@ResponseStatus(HttpStatus.NO_CONTENT)
	Mono<Void> remove(@RequestParam int first, @RequestParam int count) {
		return Mono.<Void>fromRunnable(() -> IntStream.range(first, first + count).forEach(this::remove))
			.subscribeOn(Schedulers.boundedElastic());
	}

	private void remove(int index) {
		this.registry.revoke(SdkKey.server(BenchFlags.key(index)));
		this.source.remove(BenchFlags.flagSet(index));
	}

}
