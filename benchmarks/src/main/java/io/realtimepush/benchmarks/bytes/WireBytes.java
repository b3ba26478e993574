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

package io.realtimepush.benchmarks.bytes;

import java.io.IOException;
import java.util.List;

/**
 * Counts what a flag set of 1,000 flags and a change of one of them are on the wire, by
 * transport and format, and prints a table. All of it goes over real sockets; what is
 * counted are bytes above TCP.
 *
 * @since 0.1.0
 */
public final class WireBytes {

	private static final String DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate";

	private static final String CBOR = "Sec-WebSocket-Protocol: realtime-push.v1.cbor";

	private WireBytes() {
	}

	/**
	 * Measure and print.
	 * @param args none
	 * @throws IOException if a connection fails
	 */
	public static void main(String[] args) throws IOException {
		System.out.println("| | whole set | one change | sent by the client for it |");
		System.out.println("|---|---|---|---|");
		try (MeasuredServer server = new MeasuredServer()) {
			print("WebSocket, JSON", Ways.webSocket(server, List.of()));
			print("WebSocket, JSON, permessage-deflate", Ways.webSocket(server, List.of(DEFLATE)));
			print("WebSocket, CBOR", Ways.webSocket(server, List.of(CBOR)));
			print("WebSocket, CBOR, permessage-deflate", Ways.webSocket(server, List.of(CBOR, DEFLATE)));
			print("server-sent events, JSON", Ways.events(server, List.of()));
			print("server-sent events, JSON, gzip", Ways.events(server, List.of("Accept-Encoding: gzip")));
			for (String path : List.of("poll", "flags")) {
				String name = path.equals("poll") ? "long-poll, JSON" : "pull, JSON";
				print(name, Ways.http(server, path, List.of()));
				print(name + ", gzip", Ways.http(server, path, List.of("Accept-Encoding: gzip")));
				print(name + ", zstd", Ways.http(server, path, List.of("Accept-Encoding: zstd")));
			}
			print("FeatureProbe: `update`, then the pull of all toggles", Ways.featureProbe(server));
		}
	}

	private static void print(String way, Sizes sizes) {
		System.out
			.println("| %s | %,d | %,d | %,d |".formatted(way, sizes.whole(), sizes.change(), sizes.sentByClient()));
	}

	/**
	 * What was counted.
	 *
	 * @param whole the whole flag set
	 * @param change one change
	 * @param sentByClient what the client sent to get the change
	 */
	record Sizes(int whole, int change, int sentByClient) {

	}

}
