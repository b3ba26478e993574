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

package io.realtimepush.source.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * How to reach a PostgreSQL server.
 *
 * @param url the JDBC URL, which may hold further settings of the driver
 * @param username the user, or {@code null} if the URL names one
 * @param password the password, or {@code null} if there is none
 * @since 0.1.0
 */
public record PostgresLogin(String url, @Nullable String username, @Nullable String password) {

	@Override
	public String toString() {
		return "PostgresLogin[url=" + masked(this.url) + ", username=" + this.username + "]";
	}

	/**
	 * Mask the passwords in a text that holds URLs.
	 * @param text the text
	 * @return the text without the passwords
	 */
	static String masked(String text) {
		return text.replaceAll("(?i)(password=)[^&\\s]*", "$1…").replaceAll("//[^/@\\s]*@", "//…@");
	}

}
