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

package io.realtimepush.endtoend;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips tests with Node where it is not installed, and says so. With {@code CI=true} in
 * the environment they must run: a missing Node is a failure then.
 */
class NodeCondition implements ExecutionCondition {

	private static final String MISSING = "no 'node' and 'npm' in the PATH";

	static Optional<Path> executable(String name) {
		return Stream.of(System.getenv().getOrDefault("PATH", "").split(Pattern.quote(File.pathSeparator)))
			.map((directory) -> Path.of(directory, name))
			.filter(Files::isExecutable)
			.findFirst();
	}

	@Override
	public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
		if (executable("node").isPresent() && executable("npm").isPresent()) {
			return ConditionEvaluationResult.enabled("Node is there");
		}
		if (Boolean.parseBoolean(System.getenv("CI"))) {
			throw new IllegalStateException("tests with Node must run with CI=true, but there is " + MISSING);
		}
		LogFactory.getLog(NodeCondition.class).warn("tests with Node are skipped: " + MISSING);
		return ConditionEvaluationResult.disabled(MISSING);
	}

}
