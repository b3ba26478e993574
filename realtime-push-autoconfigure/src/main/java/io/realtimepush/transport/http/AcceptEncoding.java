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

package io.realtimepush.transport.http;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Which codings of a body a client accepts (RFC 9110, section 12.5.3). What cannot be
 * read is passed over.
 *
 * @since 0.1.0
 */
public final class AcceptEncoding {

	private static final Pattern ENTRY = Pattern
		.compile("([a-z0-9!#$%&'*+.^_`|~-]+)(?:\\s*;\\s*q\\s*=\\s*(0(?:\\.[0-9]{0,3})?|1(?:\\.0{0,3})?))?");

	private static final String IDENTITY = "identity";

	private static final String ANY = "*";

	private final Map<String, Double> weights = new HashMap<>();

	private AcceptEncoding(List<String> headers) {
		for (String entry : String.join(",", headers).toLowerCase(Locale.ROOT).split(",")) {
			Matcher matcher = ENTRY.matcher(entry.trim());
			if (matcher.matches()) {
				String weight = matcher.group(2);
				// Another name for the same (RFC 9110, section 8.4.1.3)
				String name = matcher.group(1).equals("x-gzip") ? ContentCoding.GZIP.token() : matcher.group(1);
				this.weights.put(name, (weight != null) ? Double.parseDouble(weight) : 1.0);
			}
		}
	}

	/**
	 * Read what a client accepts.
	 * @param request the headers of a request
	 * @return what it accepts
	 */
	public static AcceptEncoding of(HttpHeaders request) {
		return new AcceptEncoding(request.getOrEmpty(HttpHeaders.ACCEPT_ENCODING));
	}

	/**
	 * Choose how to compress.
	 * @param codings what can be done, the best first
	 * @return the coding that the client prefers, and the first of those that it likes
	 * equally; {@code null} if it accepts none of them, or likes it better uncompressed
	 */
	public @Nullable ContentCoding choose(ContentCoding... codings) {
		ContentCoding best = null;
		double bestWeight = 0;
		for (ContentCoding coding : codings) {
			double weight = weight(coding.token());
			if (coding.isAvailable() && weight > bestWeight) {
				best = coding;
				bestWeight = weight;
			}
		}
		return (bestWeight >= this.weights.getOrDefault(IDENTITY, 0.0)) ? best : null;
	}

	private double weight(String token) {
		return this.weights.getOrDefault(token, this.weights.getOrDefault(ANY, 0.0));
	}

}
