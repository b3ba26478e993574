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

package io.realtimepush.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Base URLs of servers.
 */
final class Endpoints {

	private static final Log logger = LogFactory.getLog(Endpoints.class);

	private Endpoints() {
	}

	/**
	 * Read the base URLs that a server advises. Those that cannot be used are passed
	 * over, and so are those that would give up encryption.
	 * @param advised the advice
	 * @param configured the base URLs that the app has named
	 * @return the base URLs that can be used
	 */
	static List<URI> advised(List<String> advised, List<URI> configured) {
		boolean encrypted = configured.stream().allMatch(Endpoints::isEncrypted);
		List<URI> result = new ArrayList<>();
		for (String text : advised) {
			URI endpoint = parse(text);
			if (endpoint != null && (isEncrypted(endpoint) || !encrypted)) {
				result.add(endpoint);
			}
			else {
				logger.warn("the server advises to connect to '" + text + "', which is "
						+ ((endpoint != null) ? "not encrypted" : "no URL of a push server") + "; it is passed over");
			}
		}
		return result;
	}

	/**
	 * Read a base URL.
	 * @param text the URL
	 * @return the URL without a slash at its end, or {@code null} if it is none that can
	 * be connected to
	 */
	static @Nullable URI parse(String text) {
		try {
			URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
			String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
			boolean usable = (scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null
					&& uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
			return usable ? uri : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private static boolean isEncrypted(URI endpoint) {
		return "https".equalsIgnoreCase(endpoint.getScheme());
	}

}
