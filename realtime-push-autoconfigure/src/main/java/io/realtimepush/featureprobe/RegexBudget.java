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

import java.util.regex.Pattern;

/**
 * Bounds what regular expressions cost in one evaluation. The expressions are the
 * operator's, the texts are the users', and a text can be made for an expression to
 * backtrack for ever.
 */
final class RegexBudget {

	/** Longer texts are not looked at: matching may recurse once per character. */
	static final int MAX_TEXT_LENGTH = 1024;

	/** Characters that may be looked at for one expression and text. */
	private static final int MAX_STEPS = 100_000;

	/**
	 * Characters that may be looked at in one evaluation of all toggles: so many that an
	 * expression that costs too much does not spoil the others.
	 */
	private static final int MAX_ALL_STEPS = 50 * MAX_STEPS;

	private int steps;

	private int allSteps = MAX_ALL_STEPS;

	/**
	 * Return whether an expression matches any part of a text.
	 * @throws ExhaustedException if that cannot be told at a reasonable cost
	 */
	boolean find(Pattern pattern, String text) {
		if (text.length() > MAX_TEXT_LENGTH) {
			throw ExhaustedException.INSTANCE;
		}
		this.steps = Math.min(MAX_STEPS, this.allSteps);
		this.allSteps -= this.steps;
		try {
			return pattern.matcher(new CountedText(text)).find();
		}
		catch (StackOverflowError ex) {
			// Some expressions recurse once per character and group
			throw ExhaustedException.INSTANCE;
		}
		finally {
			this.allSteps += Math.max(0, this.steps);
		}
	}

	private void step() {
		if (--this.steps < 0) {
			throw ExhaustedException.INSTANCE;
		}
	}

	/**
	 * Counts the characters that are looked at.
	 */
	private final class CountedText implements CharSequence {

		private final String text;

		CountedText(String text) {
			this.text = text;
		}

		@Override
		public int length() {
			return this.text.length();
		}

		@Override
		public char charAt(int index) {
			step();
			return this.text.charAt(index);
		}

		@Override
		public CharSequence subSequence(int start, int end) {
			return this.text.substring(start, end);
		}

		@Override
		public String toString() {
			return this.text;
		}

	}

	/**
	 * Thrown when the budget is used up.
	 */
	static final class ExhaustedException extends RuntimeException {

		private static final ExhaustedException INSTANCE = new ExhaustedException();

		private ExhaustedException() {
			super("too costly", null, false, false);
		}

	}

}
