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

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A version as semver.org has it. What is built ({@code +…}) does not count.
 *
 * @param numbers major, minor and patch
 * @param preRelease the identifiers of a pre-release, none of a release
 */
record SemanticVersion(List<Long> numbers, List<String> preRelease) implements Comparable<SemanticVersion> {

	private static final Pattern SYNTAX = Pattern.compile("[vV=]?(\\d{1,18})\\.(\\d{1,18})\\.(\\d{1,18})"
			+ "(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?");

	private static final int MAX_LENGTH = 256;

	static @Nullable SemanticVersion parse(String text) {
		Matcher matcher = SYNTAX.matcher(text.trim());
		if (text.length() > MAX_LENGTH || !matcher.matches()) {
			return null;
		}
		String preRelease = matcher.group(4);
		return new SemanticVersion(
				List.of(Long.valueOf(matcher.group(1)), Long.valueOf(matcher.group(2)), Long.valueOf(matcher.group(3))),
				(preRelease != null) ? List.of(preRelease.split("\\.")) : List.of());
	}

	@Override
	public int compareTo(SemanticVersion other) {
		for (int i = 0; i < 3; i++) {
			int compared = this.numbers.get(i).compareTo(other.numbers.get(i));
			if (compared != 0) {
				return compared;
			}
		}
		if (this.preRelease.isEmpty() || other.preRelease.isEmpty()) {
			return Boolean.compare(this.preRelease.isEmpty(), other.preRelease.isEmpty());
		}
		for (int i = 0; i < Math.min(this.preRelease.size(), other.preRelease.size()); i++) {
			int compared = compareIdentifiers(this.preRelease.get(i), other.preRelease.get(i));
			if (compared != 0) {
				return compared;
			}
		}
		return Integer.compare(this.preRelease.size(), other.preRelease.size());
	}

	/** Numbers come before words; a longer number is a larger one. */
	private static int compareIdentifiers(String one, String other) {
		boolean oneIsNumber = isNumber(one);
		if (oneIsNumber != isNumber(other)) {
			return oneIsNumber ? -1 : 1;
		}
		if (oneIsNumber && one.length() != other.length()) {
			return Integer.compare(one.length(), other.length());
		}
		return one.compareTo(other);
	}

	private static boolean isNumber(String identifier) {
		return identifier.chars().allMatch((c) -> c >= '0' && c <= '9');
	}

}
