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

import io.realtimepush.flags.NoPrimaryFlagSetException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Prints which flag sets there are to choose from.
 */
class NoPrimaryFlagSetFailureAnalyzer extends AbstractFailureAnalyzer<NoPrimaryFlagSetException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NoPrimaryFlagSetException cause) {
		String action = "Set 'realtime-push.primary-flag-set' to " + (cause.flagSets().isEmpty()
				? "the flag set that Flags shall read." : "one of " + cause.flagSets() + ".");
		return new FailureAnalysis(cause.getMessage(), action, cause);
	}

}
