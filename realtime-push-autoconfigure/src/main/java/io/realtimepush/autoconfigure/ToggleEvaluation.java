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

package io.realtimepush.autoconfigure;

import java.time.Clock;

import io.realtimepush.featureprobe.EvaluationLenses;
import io.realtimepush.featureprobe.FlagUser;
import io.realtimepush.featureprobe.RepositoryFlagSets;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagLens;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.session.FlagEvaluation;

/**
 * Evaluates FeatureProbe's toggles for the users of sessions.
 */
final class ToggleEvaluation implements FlagEvaluation {

	private final RepositoryFlagSets repositories;

	private final int maxUsers;

	private final EvaluationLenses lenses = new EvaluationLenses(Clock.systemUTC());

	ToggleEvaluation(RepositoryFlagSets repositories, int maxUsers) {
		this.repositories = repositories;
		this.maxUsers = maxUsers;
	}

	@Override
	public boolean isNeeded(FlagSetId flagSet) {
		return this.repositories.contains(flagSet);
	}

	@Override
	public FlagLens lens(FlagSetId flagSet, String user, FlagFilter visible) {
		return this.lenses.lens(flagSet, FlagUser.parse(user), visible);
	}

	@Override
	public int maxViews() {
		return this.maxUsers;
	}

}
