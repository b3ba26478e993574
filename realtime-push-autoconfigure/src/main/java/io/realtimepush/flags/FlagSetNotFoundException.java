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

/**
 * Signalled by a {@link FlagSource} that does not hold the flag set it is asked for.
 *
 * @since 0.1.0
 */
public final class FlagSetNotFoundException extends RealtimePushException {

	private final transient FlagSetId flagSet;

	public FlagSetNotFoundException(FlagSetId flagSet) {
		super("flag set '" + flagSet + "' does not exist in the flag source");
		this.flagSet = flagSet;
	}

	/**
	 * Return the flag set that was asked for.
	 * @return the missing flag set
	 */
	public FlagSetId flagSet() {
		return this.flagSet;
	}

}
