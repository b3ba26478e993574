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

package io.realtimepush.session;

/**
 * What a client shows to be let in.
 *
 * @param text the SDK key or access token in clear text
 * @param inUrl whether it came in the URL, where a server key must not be
 * @since 0.1.0
 */
public record Credential(String text, boolean inUrl) {

	/**
	 * Leave out the text, so that it reaches no log.
	 */
	@Override
	public String toString() {
		return "Credential[inUrl=" + this.inUrl + "]";
	}

}
