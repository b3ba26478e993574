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

package io.realtimepush.transport.channel;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.StringUtils;

/**
 * What was agreed upon for the extension {@code permessage-deflate} (RFC 7692) of a
 * WebSocket. Neither side takes its compression over from one message to the next, so
 * that nothing is kept for a connection.
 *
 * @param windowBits how far back the server may refer in what it sends, as a power of
 * two, 8 to 15
 * @param stated whether the client has asked for that, and so is told
 * @since 0.1.0
 */
public record DeflateAgreement(int windowBits, boolean stated) {

	/**
	 * The largest window.
	 */
	public static final int MAX_WINDOW_BITS = 15;

	private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

	private static final String NAME = "permessage-deflate";

	private static final String SERVER_WINDOW = "server_max_window_bits";

	private static final String CLIENT_WINDOW = "client_max_window_bits";

	private static final Set<String> NO_TAKEOVER = Set.of("server_no_context_takeover", "client_no_context_takeover");

	/**
	 * Find the first offer of a client that can be agreed to.
	 * @param request the headers of the handshake
	 * @return the agreement, or {@code null} if there is no such offer
	 */
	public static @Nullable DeflateAgreement of(HttpHeaders request) {
		List<String> headers = request.getOrEmpty(EXTENSIONS);
		for (String offer : String.join(",", headers).split(",")) {
			String[] parts = StringUtils.trimArrayElements(offer.split(";"));
			if (parts.length > 0 && parts[0].equalsIgnoreCase(NAME)) {
				DeflateAgreement agreement = of(Arrays.asList(parts).subList(1, parts.length));
				if (agreement != null) {
					return agreement;
				}
			}
		}
		return null;
	}

	/** An offer with a parameter that is not known, or not valid, has to be declined. */
	private static @Nullable DeflateAgreement of(List<String> parameters) {
		Set<String> seen = new HashSet<>();
		int window = 0;
		for (String parameter : parameters) {
			int equals = parameter.indexOf('=');
			String name = ((equals < 0) ? parameter : parameter.substring(0, equals)).trim().toLowerCase(Locale.ROOT);
			String value = (equals < 0) ? null : unquote(parameter.substring(equals + 1).trim());
			boolean valid = switch (name) {
				case SERVER_WINDOW -> isWindow(value);
				case CLIENT_WINDOW -> value == null || isWindow(value);
				default -> NO_TAKEOVER.contains(name) && value == null;
			};
			if (!valid || !seen.add(name)) {
				return null;
			}
			if (name.equals(SERVER_WINDOW) && value != null) {
				window = Integer.parseInt(value);
			}
		}
		return new DeflateAgreement((window > 0) ? window : MAX_WINDOW_BITS, window > 0);
	}

	private static String unquote(String value) {
		boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
		return quoted ? value.substring(1, value.length() - 1) : value;
	}

	private static boolean isWindow(@Nullable String value) {
		return value != null && value.matches("[89]|1[0-5]");
	}

	/**
	 * Tell the client.
	 * @param response the headers of the answer
	 */
	void write(HttpHeaders response) {
		response.set(EXTENSIONS, NAME + "; server_no_context_takeover; client_no_context_takeover"
				+ (this.stated ? "; " + SERVER_WINDOW + "=" + this.windowBits : ""));
	}

}
