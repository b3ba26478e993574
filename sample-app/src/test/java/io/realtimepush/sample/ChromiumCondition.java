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

package io.realtimepush.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips browser tests where no Chromium is installed, and says so. With {@code CI=true}
 * in the environment they must run: a missing browser is a failure then.
 */
class ChromiumCondition implements ExecutionCondition {

	private static final String MISSING = "no Chromium in /usr/bin; install it, for instance with "
			+ "'apt-get install chromium', or name one in the environment variable CHROMIUM";

	/**
	 * Return the browser to drive.
	 * @return the executable, or empty if there is none
	 */
	static Optional<Path> executable() {
		String named = System.getenv("CHROMIUM");
		Stream<String> candidates = (named != null) ? Stream.of(named)
				: Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
		return candidates.map(Path::of).filter(Files::isExecutable).findFirst();
	}

	@Override
	public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
		Optional<Path> executable = executable();
		if (executable.isPresent()) {
			return ConditionEvaluationResult.enabled("Chromium is " + executable.get());
		}
		if (Boolean.parseBoolean(System.getenv("CI"))) {
			throw new IllegalStateException("browser tests must run with CI=true, but there is " + MISSING);
		}
		LogFactory.getLog(ChromiumCondition.class).warn("browser tests are skipped: " + MISSING);
		return ConditionEvaluationResult.disabled(MISSING);
	}

}
