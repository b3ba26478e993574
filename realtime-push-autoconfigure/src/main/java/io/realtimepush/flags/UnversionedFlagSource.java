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

package io.realtimepush.flags;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A source that knows its flags but does not count their changes. A
 * {@link VersioningFlagSource} around it does: by comparing what it reads, under an epoch
 * of its own in each process, so clients that move between nodes load a snapshot.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface UnversionedFlagSource {

	/**
	 * Read all flags of a flag set. Asked at every probe.
	 * @param flagSet the flag set
	 * @return the flags, or empty if there is no such flag set
	 */
	Mono<FlagSet> fetch(FlagSetId flagSet);

	/**
	 * Return hints as {@link FlagSource#hints()} does.
	 * @return an endless stream of hints
	 */
	default Flux<FlagSetId> hints() {
		return Flux.never();
	}

}
