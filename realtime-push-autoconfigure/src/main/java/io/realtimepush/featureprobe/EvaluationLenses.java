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

import java.lang.ref.WeakReference;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagLens;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * Makes lenses through which the toggles of a flag set are seen as they are evaluated for
 * a user: no rules, no segments, and only what is for clients. The lenses of a flag set
 * share its toggles, which are read once for all of them and forgotten with the last.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class EvaluationLenses {

	private final Clock clock;

	private final Map<FlagSetId, WeakReference<SharedToggles>> toggles = new ConcurrentHashMap<>();

	/**
	 * Create the lenses.
	 * @param clock tells what time it is for conditions on it
	 */
	public EvaluationLenses(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Make a lens.
	 * @param flagSet the flag set that it is for
	 * @param user whom to evaluate for
	 * @param visible which toggles are shown
	 * @return the lens, equal to others for the same user and toggles
	 */
	public FlagLens lens(FlagSetId flagSet, FlagUser user, FlagFilter visible) {
		return new EvaluationLens(toggles(flagSet), user, visible, this.clock);
	}

	private SharedToggles toggles(FlagSetId flagSet) {
		this.toggles.values().removeIf((reference) -> reference.refersTo(null));
		SharedToggles created = new SharedToggles();
		WeakReference<SharedToggles> reference = this.toggles.compute(flagSet,
				(id, known) -> (known == null || known.refersTo(null)) ? new WeakReference<>(created) : known);
		SharedToggles shared = reference.get();
		return (shared != null) ? shared : created;
	}

	/**
	 * The toggles of a flag set at the position that was asked for last.
	 */
	static final class SharedToggles {

		private @Nullable FlagPosition position;

		private @Nullable ToggleRepository repository;

		synchronized ToggleRepository at(FlagSnapshot snapshot) {
			ToggleRepository known = this.repository;
			if (known == null || !snapshot.position().equals(this.position)) {
				known = ToggleRepository.ofDocuments(snapshot.flags(), snapshot.position().version(), known);
				this.repository = known;
				this.position = snapshot.position();
			}
			return known;
		}

	}

}
