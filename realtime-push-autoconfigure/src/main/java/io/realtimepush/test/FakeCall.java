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

package io.realtimepush.test;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A request by HTTP that a {@link FakePushServer} was sent.
 *
 * @param method the HTTP method
 * @param endpoint the endpoint below the base path, for instance {@code sse}
 * @param query the parameters of the URL
 * @param credential the SDK key or token of its header, empty if there is none
 * @param session the session that it names in its header, or {@code null}
 * @param body the body of a {@code POST}, empty for any other
 * @since 0.1.0
 */
public record FakeCall(String method, String endpoint, Map<String, List<String>> query, String credential,
		@Nullable String session, String body) {

	public FakeCall {
		query = Map.copyOf(query);
	}

	@Nullable String option(String name) {
		List<String> values = this.query.get(name);
		return (values != null && !values.isEmpty()) ? values.get(0) : null;
	}

	/**
	 * Leave out the credential.
	 */
	@Override
	public String toString() {
		return this.method + " " + this.endpoint + " " + this.query;
	}

}
