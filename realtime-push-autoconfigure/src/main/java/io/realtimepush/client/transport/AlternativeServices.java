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

package io.realtimepush.client.transport;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * On which UDP ports servers have said that they serve HTTP/3 ({@code Alt-Svc}, RFC
 * 7838). What they say of other hosts is passed over.
 * <p>
 * Safe for use by many threads.
 */
final class AlternativeServices {

	private static final Pattern HTTP3 = Pattern.compile("(?:^|,)\\s*h3=\":(\\d{1,5})\"([^,]*)");

	private static final Pattern MAX_AGE = Pattern.compile(";\\s*ma=(\\d{1,9})");

	private static final long DEFAULT_AGE = Duration.ofHours(24).toSeconds();

	private static final int MAX_PORT = 65_535;

	private final Map<String, Service> services = new ConcurrentHashMap<>();

	/**
	 * Take note of what a server has said.
	 * @param endpoint the base URL of the server
	 * @param headers the headers of its answer
	 */
	void note(URI endpoint, HttpHeaders headers) {
		String value = headers.get("Alt-Svc");
		if (value == null) {
			return;
		}
		Matcher service = HTTP3.matcher(value);
		int port = service.find() ? Integer.parseInt(service.group(1)) : 0;
		if (port < 1 || port > MAX_PORT) {
			this.services.remove(endpoint.getRawAuthority());
			return;
		}
		Matcher age = MAX_AGE.matcher(service.group(2));
		long seconds = age.find() ? Long.parseLong(age.group(1)) : DEFAULT_AGE;
		this.services.put(endpoint.getRawAuthority(),
				new Service(port, System.nanoTime() + Duration.ofSeconds(seconds).toNanos()));
	}

	/**
	 * Return the UDP port of a server.
	 * @param endpoint its base URL
	 * @return the port that it has named, or else that of the URL
	 */
	int port(URI endpoint) {
		Service service = this.services.get(endpoint.getRawAuthority());
		if (service != null && service.until - System.nanoTime() > 0) {
			return service.port;
		}
		return (endpoint.getPort() >= 0) ? endpoint.getPort() : 443;
	}

	/**
	 * What a server has said.
	 *
	 * @param port its UDP port
	 * @param until when that is not to be relied on any more
	 */
	private record Service(int port, long until) {

	}

}
