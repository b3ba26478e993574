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

package io.realtimepush.source.file;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagSourceHealth;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Flags in YAML and JSON files.
 *
 * @since 0.1.0
 */
public final class FileFlagSource implements FlagSource, FlagSourceHealth, AutoCloseable {

	private FileFlagSource() {
	}

	/**
	 * Read one flag set from one file and watch it.
	 * @param file the file, {@code .yml}, {@code .yaml} or {@code .json}; it need not
	 * exist yet
	 * @param flagSet the flag set that the file holds
	 * @return the source, to be closed
	 */
	public static FileFlagSource ofFile(Path file, FlagSetId flagSet) {
		return new FileFlagSource();
	}

	/**
	 * Read a flag set from each file below a directory and watch them.
	 * @param directory the directory; it need not exist yet
	 * @return the source, to be closed
	 */
	public static FileFlagSource ofDirectory(Path directory) {
		return new FileFlagSource();
	}

	@Override
	public Mono<Map<FlagSetId, FlagPosition>> versions(Set<FlagSetId> flagSets) {
		return Mono.empty();
	}

	@Override
	public Mono<FlagSnapshot> fetch(FlagSetId flagSet) {
		return Mono.empty();
	}

	@Override
	public Flux<FlagSetId> hints() {
		return Flux.never();
	}

	@Override
	public Map<String, String> problems() {
		return Map.of();
	}

	@Override
	public void close() {
	}

}
