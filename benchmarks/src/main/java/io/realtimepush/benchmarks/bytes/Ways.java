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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.realtimepush.benchmarks.bytes.WireBytes.Sizes;

/**
 * How the flag set and a change get to a client, each over sockets of its own.
 */
final class Ways {

	private static final String AUTHORIZATION = "Authorization: Bearer " + MeasuredServer.KEY;

	/** {@code {"type":"resync"}} as CBOR. */
	private static final byte[] RESYNC = HexFormat.of().parseHex("a1647479706566726573796e63");

	private static final Pattern ETAG = Pattern.compile("(?i)\r\netag: \"([^\"]+)\"\r\n");

	private Ways() {
	}

	static Sizes webSocket(MeasuredServer server, List<String> headers) throws IOException {
		try (Wire wire = new Wire(server.port())) {
			wire.upgrade("/realtime/ws", with(headers, AUTHORIZATION)).received();
			boolean binary = headers.stream().anyMatch((header) -> header.contains("cbor"));
			int whole = (binary ? wire.frame(0x82, RESYNC) : wire.text("{\"type\":\"resync\"}")).received().length;
			server.change();
			return new Sizes(whole, wire.received().length, 0);
		}
	}

	/** The last chunk of what comes at first is the snapshot. */
	static Sizes events(MeasuredServer server, List<String> headers) throws IOException {
		try (Wire wire = new Wire(server.port())) {
			byte[] first = wire.get("/realtime/sse", with(headers, AUTHORIZATION)).received();
			int whole = lastChunk(first);
			server.change();
			return new Sizes(whole, wire.received().length, 0);
		}
	}

	private static int lastChunk(byte[] stream) {
		String text = new String(stream, StandardCharsets.ISO_8859_1);
		int at = text.indexOf("\r\n\r\n") + 4;
		int length = 0;
		while (at < text.length()) {
			int end = text.indexOf("\r\n", at);
			length = end - at + 2 + Integer.parseInt(text.substring(at, end), 16) + 2;
			at += length;
		}
		return length;
	}

	/** With heads: each answer has one. */
	static Sizes http(MeasuredServer server, String path, List<String> headers) throws IOException {
		boolean waits = path.equals("poll");
		String position = position(server);
		try (Wire wire = new Wire(server.port())) {
			List<String> all = with(headers, AUTHORIZATION);
			int whole = wire.get("/realtime/" + path, all).received().length;
			if (!waits) {
				server.change();
				awaitMove(server, position);
			}
			wire.get("/realtime/" + path + "?position=" + position, all);
			if (waits) {
				server.change();
			}
			return new Sizes(whole, wire.received().length, wire.sent());
		}
	}

	private static String position(MeasuredServer server) throws IOException {
		try (Wire wire = new Wire(server.port())) {
			String answer = new String(wire.get("/realtime/flags", List.of(AUTHORIZATION)).received(),
					StandardCharsets.ISO_8859_1);
			Matcher etag = ETAG.matcher(answer);
			if (!etag.find()) {
				throw new IOException("the server has answered without a position");
			}
			return etag.group(1);
		}
	}

	private static void awaitMove(MeasuredServer server, String position) throws IOException {
		for (int i = 0; position(server).equals(position); i++) {
			if (i == 20) {
				throw new IOException("the change was not seen");
			}
		}
	}

	/** As an SDK does it. */
	static Sizes featureProbe(MeasuredServer server) throws IOException {
		List<String> headers = List.of("Authorization: " + MeasuredServer.KEY);
		try (Wire wire = new Wire(server.port()); Wire pulls = new Wire(server.port())) {
			wire.upgrade("/realtime/?EIO=4&transport=websocket", List.of()).received();
			wire.text("40/realtime,").received();
			wire.text("42/realtime,[\"register\",{\"key\":\"" + MeasuredServer.KEY + "\"}]").received();
			int whole = pulls.get("/api/server-sdk/toggles", headers).received().length;
			server.change();
			int update = wire.received().length;
			int pull = pulls.get("/api/server-sdk/toggles", headers).received().length;
			return new Sizes(whole, update + pull, pulls.sent());
		}
	}

	private static List<String> with(List<String> headers, String header) {
		List<String> all = new ArrayList<>(headers);
		all.add(header);
		return all;
	}

}
