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

package io.realtimepush.endtoend;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/**
 * What a push server must survive, and what it has to answer.
 */
final class HostileInputs {

	private static final String SERVER_KEY = PushServer.SERVER_KEY;

	private static final String CLIENT_KEY = PushServer.CLIENT_KEY;

	static final String AUTHORIZATION = "Authorization: Bearer " + SERVER_KEY;

	private static final String HELLO = "{'type':'hello','key':'" + SERVER_KEY + "'";

	private static final List<String> NO_STRINGS = List.of("5", "true", "{}", "['a']");

	private final List<HostileInput> inputs = new ArrayList<>();

	private HostileInputs() {
	}

	static Stream<HostileInput> all() {
		HostileInputs all = new HostileInputs();
		all.texts();
		all.hellos();
		all.messages();
		all.frames();
		all.compressed();
		all.cbor();
		all.upgrades();
		all.methods();
		all.paths();
		all.options();
		all.credentials();
		all.heads();
		all.acknowledgements();
		return all.inputs.stream();
	}

	/** Texts that are no message, as first message and in an open session. */
	private void texts() {
		Map<String, String> texts = Map.ofEntries(Map.entry("empty text", ""), Map.entry("blank text", " \t"),
				Map.entry("half an object", "{"), Map.entry("null", "null"), Map.entry("array", "[]"),
				Map.entry("string", "\"ping\""), Map.entry("number", "42"), Map.entry("no type", "{}"),
				Map.entry("type null", "{\"type\":null}"), Map.entry("type number", "{\"type\":5}"),
				Map.entry("type empty", "{\"type\":\"\"}"), Map.entry("type array", "{\"type\":[\"ping\"]}"),
				Map.entry("type repeated", "{\"type\":\"ping\",\"type\":\"ping\"}"),
				Map.entry("nested field repeated", "{\"type\":\"ping\",\"t\":{\"a\":1,\"a\":2}}"),
				Map.entry("two objects", "{\"type\":\"ping\"}{\"type\":\"ping\"}"),
				Map.entry("trailing comma", "{\"type\":\"ping\",}"), Map.entry("single quotes", "{'type':'ping'}"),
				Map.entry("comment", "/**/{\"type\":\"ping\"}"), Map.entry("NaN", "{\"type\":\"ping\",\"t\":NaN}"),
				Map.entry("NUL outside", "\0{\"type\":\"ping\"}"), Map.entry("NUL in string", "{\"type\":\"pi\0ng\"}"),
				Map.entry("bad escape", "{\"type\":\"\\x41\"}"), Map.entry("half an escape", "{\"type\":\"\\u12\"}"),
				Map.entry("deep arrays", "{\"type\":\"ping\",\"t\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}"),
				Map.entry("deep objects", "{\"a\":".repeat(10_000)),
				Map.entry("endless number", "{\"type\":\"ping\",\"t\":" + "9".repeat(50_000) + "}"),
				Map.entry("long type", "{\"type\":\"" + "x".repeat(2000) + "\"}"),
				Map.entry("long field name", "{\"" + "n".repeat(60_000) + "\":1}"),
				Map.entry("byte order mark", "\uFEFF{\"type\":\"ping\"}"));
		texts.forEach((name, text) -> {
			this.inputs.add(HostileInput.hello("first message: " + name, text, 4400));
			this.inputs.add(HostileInput.message("message: " + name, text, 4400));
		});
	}

	private void hellos() {
		this.inputs.add(HostileInput.hello("first message is no hello", "{\"type\":\"ping\"}", 4400));
		this.inputs.add(HostileInput.hello("hello without key", "{\"type\":\"hello\"}", 4400));
		this.inputs
			.add(HostileInput.hello("hello with unknown key", "{\"type\":\"hello\",\"key\":\"sdk-nobody\"}", 4401));
		this.inputs
			.add(HostileInput.hello("hello with surrogate key", "{\"type\":\"hello\",\"key\":\"\\ud800\"}", 4401));
		this.inputs.add(HostileInput.hello("hello with long key",
				"{\"type\":\"hello\",\"key\":\"" + "k".repeat(5000) + "\"}", 4400));
		NO_STRINGS.forEach((value) -> {
			this.inputs
				.add(HostileInput.hello("hello key " + value, json("{'type':'hello','key':" + value + "}"), 4400));
			hello("position", value);
			hello("mode", value);
		});
		List.of("''", "'x'", "'a:-1'", "'a:9007199254740992'", "'a:1:2'", "':1'", "'a:'", "'a:1e3'", "'a b:1'",
				"'abcdefghijklmnopqr:1'", "'a:99999999999999999999'", "'\\u0000:1'", "'\\ud800:1'")
			.forEach((value) -> hello("position", value));
		List.of("''", "'fast'", "'DELTA'").forEach((value) -> hello("mode", value));
		List.of("'a'", "5", "{}", "[1]", "[null]", "['']", "[['a']]", "['" + "a".repeat(257) + "']", "['\\u0000']",
				"['\\ud800']", "['a\\nb']", "['" + "p".repeat(60_000) + "']", strings(101))
			.forEach((value) -> hello("flags", value));
		List.of("'5'", "-1", "1.5", "1e400", "{}", "[]", "true").forEach((value) -> hello("heartbeat", value));
		List.of("'x'", "5", "[]", "{'instance':'short'}", "{'instance':5}", "{'instance':'" + "i".repeat(129) + "'}",
				"{'sdk':5}", "{'sdk':''}", "{'sdk':'" + "s".repeat(200) + "'}", "{'labels':[]}", "{'labels':{'a':1}}",
				"{'labels':{'':'a'}}", "{'labels':{'" + "n".repeat(50_000) + "':'a'}}",
				"{'labels':{'a':'" + "v".repeat(300) + "'}}", "{'labels':{'a':null}}", "{'labels':" + object(17) + "}")
			.forEach((value) -> hello("client", value));
	}

	private void hello(String field, String value) {
		this.inputs.add(HostileInput.hello("hello " + field + " " + HostileInput.cut(value),
				json(HELLO + ",'" + field + "':" + value + "}"), 4400));
	}

	private void messages() {
		this.inputs.add(HostileInput.message("second hello", json(HELLO + "}"), 4400));
		List<String> wrong = List.of("{'type':'subscribe'}", "{'type':'subscribe','sub':'a'}",
				"{'type':'subscribe','key':'k'}", "{'type':'subscribe','sub':5,'key':'k'}",
				"{'type':'subscribe','sub':'','key':'k'}",
				"{'type':'subscribe','sub':'" + "s".repeat(65) + "','key':'k'}",
				"{'type':'subscribe','sub':'a','key':5}", "{'type':'subscribe','sub':'a','key':'k','mode':'fast'}",
				"{'type':'subscribe','sub':'a','key':'k','flags':'x'}",
				"{'type':'subscribe','sub':'a','key':'k','position':'x'}", "{'type':'unsubscribe'}",
				"{'type':'unsubscribe','sub':5}", "{'type':'unsubscribe','sub':null}", "{'type':'resync','position':5}",
				"{'type':'resync','position':'x'}", "{'type':'resync','position':'a:-5'}", "{'type':'resync','sub':5}",
				"{'type':'resync','sub':''}", "{'type':'ack'}", "{'type':'ack','epoch':'a','version':1}",
				"{'type':'ack','epoch':'a','version':1,'status':'maybe'}",
				"{'type':'ack','epoch':'a','version':1,'status':5}",
				"{'type':'ack','epoch':'a b','version':1,'status':'applied'}",
				"{'type':'ack','epoch':5,'version':1,'status':'applied'}",
				"{'type':'ack','epoch':'a','version':'1','status':'applied'}",
				"{'type':'ack','epoch':'a','version':-1,'status':'applied'}",
				"{'type':'ack','epoch':'a','version':1.5,'status':'applied'}",
				"{'type':'ack','epoch':'a','version':9007199254740992,'status':'applied'}",
				"{'type':'ack','epoch':'a','version':1e300,'status':'applied'}",
				"{'type':'ack','epoch':'a','version':1,'status':'applied','took':-1}",
				"{'type':'ack','epoch':'a','version':1,'status':'applied','took':'long'}",
				"{'type':'ack','epoch':'a','version':1,'status':'failed','error':5}",
				"{'type':'ack','epoch':'a','version':1,'status':'failed','error':'" + "e".repeat(2000) + "'}",
				"{'type':'ack','epoch':'a','version':1,'status':'applied','sub':5}");
		wrong.forEach(
				(text) -> this.inputs.add(HostileInput.message("message " + HostileInput.cut(text), json(text), 4400)));
		error("unknown type", "{'type':'fly'}", "unknown_type");
		error("type in capitals", "{'type':'PING'}", "unknown_type");
		error("type with NUL", "{'type':'\\u0000'}", "unknown_type");
		error("type with lone surrogate", "{'type':'\\ud800'}", "unknown_type");
		error("type whose cut splits a pair", "{'type':'" + "x".repeat(63) + "\\ud83d\\ude00'}", "unknown_type");
		error("type with line break", "{'type':'a\\r\\nb'}", "unknown_type");
		error("resync of unknown sub", "{'type':'resync','sub':'nobody'}", "unknown_sub");
		error("resync of surrogate sub", "{'type':'resync','sub':'\\udc00'}", "unknown_sub");
		error("ack of unknown sub", "{'type':'ack','epoch':'a','version':1,'status':'applied','sub':'nobody'}",
				"unknown_sub");
		error("unsubscribe of unknown sub", "{'type':'unsubscribe','sub':'nobody'}", "unknown_sub");
		error("subscribe with unknown key", "{'type':'subscribe','sub':'a','key':'sdk-nobody'}", "unauthorized");
		answered("ping without t", "{'type':'ping'}", "pong");
		this.inputs.add(HostileInput.message("ping with lone surrogate", json("{'type':'ping','t':'\\ud800'}"), 4400));
		this.inputs.add(HostileInput.message("ping with lone surrogate as name",
				json("{'type':'ping','t':{'\\udfff':1}}"), 4400));
		answered("ping with huge exponent", "{'type':'ping','t':1e999999}", "pong");
		answered("ping with tiny exponent", "{'type':'ping','t':1e-999999}", "pong");
		answered("ping with 60 KB", "{'type':'ping','t':'" + "t".repeat(60_000) + "'}", "pong");
		answered("ping with escapes", "{'type':'ping','t':'" + "\\u0001".repeat(10_000) + "'}", "pong");
		answered("resync with giant position", "{'type':'resync','position':'zz:9007199254740991'}", "snapshot");
		answered("subscribe with giant position",
				"{'type':'subscribe','sub':'a','key':'" + CLIENT_KEY + "','position':'zz:9007199254740991'}",
				"welcome");
		answered("subscribe with surrogate sub", "{'type':'subscribe','sub':'\\ud800','key':'" + CLIENT_KEY + "'}",
				"welcome");
		flood("flood of pings", json("{'type':'ping'}"), 4529);
		flood("flood of unknown types", json("{'type':'x'}"), 4529);
		flood("flood of resyncs", json("{'type':'resync'}"), 4529);
		flood("flood of subscribes", json("{'type':'subscribe','sub':'#','key':'" + SERVER_KEY + "'}"), 4529);
		flood("flood of failed subscribes", json("{'type':'subscribe','sub':'#','key':'sdk-nobody'}"), 4529);
		flood("flood of unsubscribes", json("{'type':'unsubscribe','sub':'#'}"), 4529);
	}

	private void error(String name, String text, String code) {
		this.inputs
			.add(HostileInput.answered("message: " + name, json(text), "\"type\":\"error\"", "\"" + code + "\""));
	}

	private void answered(String name, String text, String type) {
		this.inputs.add(HostileInput.answered("message: " + name, json(text), "\"type\":\"" + type + "\""));
	}

	private void flood(String name, String text, int code) {
		this.inputs.add(
				HostileInput
					.frames(name,
							IntStream.range(0, 1000)
								.mapToObj((i) -> RawConnection.frame(0x81,
										text.replace("#", "s" + i).getBytes(StandardCharsets.UTF_8)))
								.toArray(byte[][]::new))
					.closes(code));
	}

	private void compressed() {
		Map<String, byte[]> bombs = Map.of("zeros", new byte[50_000_000], "blanks",
				" ".repeat(5_000_000).getBytes(StandardCharsets.UTF_8), "just above the limit", new byte[65_537]);
		bombs.forEach((name, bytes) -> this.inputs
			.add(HostileInput.compressed("compressed bomb of " + name, deflate(bytes)).closes(1009)));
		byte[] incompressible = new byte[65_537];
		Arrays.fill(incompressible, (byte) 7);
		this.inputs.add(HostileInput.compressed("compressed message above the limit", incompressible).closes(1009));
		for (String hex : List.of("07", "0707070707", "ffffffff", "06", "04", "65", "f248cdc9c90700f248")) {
			this.inputs
				.add(HostileInput.compressed("no DEFLATE: " + hex, HexFormat.of().parseHex(hex)).closes(1007, 4400));
		}
		this.inputs.add(HostileInput.compressed("nothing compressed", new byte[0]).closes(4400));
		this.inputs
			.add(HostileInput.compressed("compressed half an object", deflate("{".getBytes(StandardCharsets.UTF_8)))
				.closes(4400));
		this.inputs.add(HostileInput.compressed("compressed text not UTF-8", deflate(new byte[] { '"', -1, '"' }))
			.closes(1007));
		this.inputs.add(HostileInput
			.compressed("compressed deep arrays", deflate("[".repeat(60_000).getBytes(StandardCharsets.UTF_8)))
			.closes(4400));
	}

	private static byte[] deflate(byte[] bytes) {
		Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
		deflater.setInput(bytes);
		byte[] out = new byte[100_000];
		int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
		deflater.end();
		return Arrays.copyOf(out, length - 4);
	}

	private void cbor() {
		String ping = "a264747970656470696e676174";
		for (String hex : List.of("", "00", "20", "40", "60", "80", "a0", "c0", "e0", "ff", "bf", "9f", "5f", "7f",
				"1c", "bbffffffffffffffff", "bf647479706564", ping, ping + "f7", ping + "e0", ping + "f820",
				ping + "4100", ping + "f97e00", ping + "fb7ff0000000000000", ping + "5b7fffffffffffffff",
				ping + "7b7fffffffffffffff61", ping + "9bffffffffffffffff", ping + "bb7fffffffffffffff",
				ping + "c25b7fffffffffffffff01", ping + "62c328", ping + "63eda080", ping + "a2616101616102",
				ping + "7f4161ff", ping + "0100", ping + "c482f500", "a264747970656470696e6764747970656470696e67",
				"a1647479706505", "a16474797065f6")) {
			this.inputs
				.add(HostileInput.cbor("CBOR " + HostileInput.cut(hex), HexFormat.of().parseHex(hex)).closes(4400));
		}
		for (String item : List.of("81", "9f", "c1", "bf6161", "d81c81", "5f", "7f")) {
			byte[] deep = HexFormat.of().parseHex(ping + item.repeat(60_000 / item.length()));
			this.inputs.add(HostileInput.cbor("CBOR of many " + item, deep).closes(4400));
		}
		byte[] number = HexFormat.of().parseHex(ping + "c259ea60" + "99".repeat(60_000));
		this.inputs.add(HostileInput.cbor("endless CBOR number", number).closes(4400));
		byte[] ends = HexFormat.of().parseHex(ping + "c4821b7fffffffffffffff1a00000001");
		this.inputs.add(HostileInput.cbor("CBOR exponent of 63 bits", ends).closes(4400));
		this.inputs.add(
				HostileInput.cbor("JSON where CBOR is spoken", json("{'type':'ping'}").getBytes(StandardCharsets.UTF_8))
					.closes(4400));
		this.inputs.add(HostileInput.cbor("CBOR above the limit", new byte[65_537]).closes(1009));
	}

	private void frames() {
		byte[] ping = json("{'type':'ping'}").getBytes(StandardCharsets.UTF_8);
		byte[] none = {};
		this.inputs.add(HostileInput.frames("binary frame", RawConnection.frame(0x82, ping)).closes(4400));
		this.inputs.add(HostileInput.frames("empty binary frame", RawConnection.frame(0x82, none)).closes(4400));
		this.inputs.add(HostileInput.frames("empty text frame", RawConnection.frame(0x81, none)).closes(4400));
		this.inputs.add(HostileInput
			.frames("binary fragments", RawConnection.frame(0x02, ping), RawConnection.frame(0x80, none))
			.closes(4400));
		this.inputs.add(HostileInput.frames("unmasked frame", new byte[] { (byte) 0x81, 2, '{', '}' }).closes(1002));
		this.inputs.add(HostileInput.frames("unmasked close", new byte[] { (byte) 0x88, 0 }).closes(1002));
		for (int bit : List.of(0x40, 0x20, 0x10)) {
			this.inputs
				.add(HostileInput.frames("reserved bit " + bit, RawConnection.frame(0x81 | bit, ping)).closes(1002));
		}
		for (int opcode : List.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15)) {
			this.inputs.add(HostileInput.frames("reserved opcode " + opcode, RawConnection.frame(0x80 | opcode, none))
				.closes(1002));
		}
		this.inputs.add(HostileInput.frames("large ping frame", RawConnection.frame(0x89, new byte[126])).closes(1002));
		this.inputs
			.add(HostileInput.frames("large close frame", RawConnection.frame(0x88, new byte[200])).closes(1002));
		this.inputs.add(HostileInput.frames("fragmented ping frame", RawConnection.frame(0x09, none)).closes(1002));
		this.inputs.add(HostileInput.frames("continuation of nothing", RawConnection.frame(0x80, ping)).closes(1002));
		this.inputs.add(HostileInput
			.frames("text within fragments", RawConnection.frame(0x01, ping), RawConnection.frame(0x81, ping))
			.closes(1002));
		this.inputs
			.add(HostileInput.frames("close of one byte", RawConnection.frame(0x88, new byte[] { 3 })).closes(1002));
		for (int code : List.of(0, 999, 1004, 1005, 1006, 2999)) {
			byte[] close = ByteBuffer.allocate(2).putShort((short) code).array();
			this.inputs.add(HostileInput.frames("close code " + code, RawConnection.frame(0x88, close)).ends());
		}
		this.inputs.add(HostileInput
			.frames("close text not UTF-8", RawConnection.frame(0x88, new byte[] { 3, (byte) 0xE8, (byte) 0xFF }))
			.ends());
		List.of(new byte[] { (byte) 0xFF }, new byte[] { (byte) 0xC0, (byte) 0x80 },
				new byte[] { (byte) 0xED, (byte) 0xA0, (byte) 0x80 },
				new byte[] { (byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80 },
				new byte[] { '{', (byte) 0xE2, (byte) 0x82 })
			.forEach((bytes) -> this.inputs
				.add(HostileInput.frames("text not UTF-8: " + HostileInput.hex(bytes), RawConnection.frame(0x81, bytes))
					.closes(1007)));
		this.inputs.add(
				HostileInput
					.frames("fragments not UTF-8", RawConnection.frame(0x01, new byte[] { '{', (byte) 0xE2 }),
							RawConnection.frame(0x80, new byte[] { 'x' }))
					.closes(1007));
		this.inputs.add(HostileInput.frames("message above the limit", RawConnection.frame(0x81, new byte[65_537]))
			.closes(1009));
		this.inputs
			.add(HostileInput.frames("message of 1 MiB", RawConnection.frame(0x81, new byte[1 << 20])).closes(1009));
		this.inputs.add(
				HostileInput
					.frames("fragments above the limit", RawConnection.frame(0x01, new byte[40_000]),
							RawConnection.frame(0x00, new byte[40_000]), RawConnection.frame(0x80, none))
					.closes(1009));
		this.inputs.add(HostileInput
			.frames("length of 2^62", new byte[] { (byte) 0x81, (byte) 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4 })
			.closes(1009));
		this.inputs.add(HostileInput
			.frames("negative length",
					new byte[] { (byte) 0x81, (byte) 0xFF, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4 })
			.closes(1002, 1009));
		this.inputs.add(HostileInput
			.frames("length longer than needed", new byte[] { (byte) 0x81, (byte) 0xFE, 0, 2, 1, 2, 3, 4, 5, 6 })
			.closes(1002, 4400));
		this.inputs.add(HostileInput
			.frames("HTTP instead of frames", "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
			.closes(1002));
		this.inputs.add(HostileInput
			.frames("half a frame, then the end", new byte[] { (byte) 0x81, (byte) 0xFE, 0x10, 0, 1, 2, 3, 4, 5 })
			.leaves());
		this.inputs.add(HostileInput.frames("half a header, then the end", new byte[] { (byte) 0x81 }).leaves());
		this.inputs
			.add(HostileInput.frames("fragments without end, then the end", RawConnection.frame(0x01, ping)).leaves());
	}

	private void upgrades() {
		upgrade("upgrade without key", 400, "GET", "/realtime/ws", "Upgrade: websocket", "Connection: Upgrade",
				"Sec-WebSocket-Version: 13", AUTHORIZATION);
		upgrade("upgrade without version", 400, "GET", "/realtime/ws", "Upgrade: websocket", "Connection: Upgrade",
				"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", AUTHORIZATION);
		upgrade("upgrade with version 12", 400, "GET", "/realtime/ws", "Upgrade: websocket", "Connection: Upgrade",
				"Sec-WebSocket-Version: 12", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", AUTHORIZATION);
		upgrade("upgrade without Connection", 400, "GET", "/realtime/ws", "Upgrade: websocket",
				"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", AUTHORIZATION);
		upgrade("upgrade without key, credential in the URL", 400, "GET", "/realtime/ws?access_token=" + CLIENT_KEY,
				"Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13");
		upgrade("upgrade to something else", 400, "GET", "/realtime/ws", "Upgrade: irc", "Connection: Upgrade",
				AUTHORIZATION);
		upgrade("no upgrade", 400, "GET", "/realtime/ws", AUTHORIZATION);
		upgrade("POST upgrade", 405, "POST", "/realtime/ws", "Upgrade: websocket", "Connection: Upgrade",
				"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", AUTHORIZATION,
				"Content-Length: 0");
		upgrade("upgrade with unknown key", 401, "GET", "/realtime/ws", "Upgrade: websocket", "Connection: Upgrade",
				"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Authorization: Bearer x");
		upgrade("upgrade with unreadable option", 400, "GET", "/realtime/ws?position=x", "Upgrade: websocket",
				"Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
				AUTHORIZATION);
	}

	private void upgrade(String name, int status, String method, String target, String... headers) {
		this.inputs.add(HostileInput.http(name, request(method, target, headers)).answers(status));
	}

	private void methods() {
		for (String endpoint : List.of("ws", "sse", "poll", "flags")) {
			for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW", "get")) {
				this.inputs.add(HostileInput
					.http(method + " " + endpoint,
							request(method, "/realtime/" + endpoint, AUTHORIZATION, "Content-Length: 0"))
					.answers(405, "method_not_allowed"));
			}
		}
		for (String method : List.of("GET", "PUT", "DELETE", "PATCH", "OPTIONS")) {
			this.inputs.add(HostileInput
				.http(method + " ack", request(method, "/realtime/ack", AUTHORIZATION, "Content-Length: 0"))
				.answers(405, "method_not_allowed"));
		}
		this.inputs.add(HostileInput.http("TRACE", request("TRACE", "/realtime/flags", AUTHORIZATION)).answers(405));
		this.inputs
			.add(HostileInput.http("CONNECT", request("CONNECT", "/realtime/flags", AUTHORIZATION)).answers(405, 400));
	}

	private void paths() {
		for (String path : List.of("/realtime/", "/realtime//ws", "/realtime//flags", "/realtime/flags/",
				"/realtime/./flags", "/realtime/../realtime/flags", "/realtime/x/../flags", "/realtime/%2e%2e/flags",
				"/realtime/%2e/flags", "/realtime/flags;a=b", "/realtime;a/flags", "/realtime/flags;",
				"/realtime%2Fflags", "/realtime/%2Fflags", "/realtime/flags%00", "/realtime/flags%0d%0a",
				"/realtime/FLAGS", "/REALTIME/flags", "/realtime/%66lags", "/realtime/flags%20", "/realtime/..%2fflags",
				"/realtime/..%5cflags", "/realtime/nothing", "/realtime/ws/sse", "/realtime/flags/../../etc/passwd",
				"/realtime/token", "/realtime/" + "a".repeat(3000), "//realtime/flags", "/realtime/flags%C0%AF",
				"/realtime/%e2%80%ae")) {
			this.inputs.add(HostileInput.http("path " + HostileInput.cut(path), request("GET", path, AUTHORIZATION))
				.answers(404, 400));
		}
		for (String path : List.of("/realtime/flags%", "/realtime/%zz", "/realtime/fla\\gs", "/realtime/<>", "*",
				"/realtime/\u00ff")) {
			this.inputs
				.add(HostileInput.http("bad path " + path, request("GET", path, AUTHORIZATION)).answers(404, 400));
		}
	}

	private void options() {
		String giant = "9".repeat(30);
		for (String endpoint : List.of("sse", "poll", "flags")) {
			for (String query : List.of("position=x", "position=", "position=a:-1", "position=a:9007199254740992",
					"position=a:" + giant, "position=a:1&position=a:1", "position=a%0d%0a:1", "position=%00:1",
					"mode=fast", "mode=", "mode=delta&mode=delta", "heartbeat=-1", "heartbeat=1.5", "heartbeat=",
					"heartbeat=x", "heartbeat=%D9%A1", "heartbeat=1&heartbeat=2", "instance=short",
					"instance=" + "i".repeat(200), "flags=", "flags=%00", "flags=" + "a".repeat(257),
					"flags=a" + "&flags=a".repeat(100), "flags=%ff", "flags=%C0%80", "flags")) {
				this.inputs.add(HostileInput
					.http(endpoint + " with " + HostileInput.cut(query),
							request("GET", "/realtime/" + endpoint + "?" + query, AUTHORIZATION))
					.answers(400, "bad_request"));
			}
		}
		for (String query : List.of("position=%zz", "position=%", "%", "access_token=%")) {
			this.inputs.add(HostileInput
				.http("bad escape in query " + query, request("GET", "/realtime/flags?" + query, AUTHORIZATION))
				.answers(400));
		}
		for (String query : List.of("wait=-1", "wait=x", "wait=", "wait=1e3", "wait=1&wait=2", "wait=0x10")) {
			this.inputs
				.add(HostileInput.http("poll with " + query, request("GET", "/realtime/poll?" + query, AUTHORIZATION))
					.answers(400, "bad_request"));
		}
		for (String query : List.of("min=x", "min=a:-1", "min=a:1&min=a:2", "min=")) {
			this.inputs
				.add(HostileInput.http("flags with " + query, request("GET", "/realtime/flags?" + query, AUTHORIZATION))
					.answers(400, "bad_request"));
		}
		for (String query : List.of("wait=" + giant, "wait=0&mode", "&&&=&=x", "x=" + "y".repeat(2000))) {
			this.inputs.add(
					HostileInput
						.http("poll, cut to the range: " + HostileInput.cut(query),
								request("GET", "/realtime/poll?" + query, AUTHORIZATION))
						.answers(200));
		}
	}

	private void credentials() {
		this.inputs.add(
				HostileInput
					.http("giant heartbeat is cut to the range",
							request("GET", "/realtime/sse?heartbeat=" + "9".repeat(30), AUTHORIZATION))
					.answers(200));

		for (String endpoint : List.of("sse", "poll", "flags")) {
			String target = "/realtime/" + endpoint;
			credential(endpoint + " without credential", 401, "unauthorized", target);
			credential(endpoint + " with unknown key", 401, "unauthorized", target, "Authorization: Bearer sdk-nobody");
			credential(endpoint + " with empty credential", 401, "unauthorized", target, "Authorization:");
			credential(endpoint + " with Bearer alone", 401, "unauthorized", target, "Authorization: Bearer");
			credential(endpoint + " with Basic", 401, "unauthorized", target, "Authorization: Basic c2RrOnNkaw==");
			credential(endpoint + " with long key", 401, "unauthorized", target,
					"Authorization: Bearer " + "k".repeat(5000));
			credential(endpoint + " with key and more", 401, "unauthorized", target, AUTHORIZATION + " x");
			credential(endpoint + " with key hash", 401, "unauthorized", target, "Authorization: Bearer sha256:00");
			credential(endpoint + " with two headers", 400, "several_credentials", target, AUTHORIZATION,
					AUTHORIZATION);
			credential(endpoint + " with header and query", 400, "several_credentials",
					target + "?access_token=" + CLIENT_KEY, AUTHORIZATION);
			credential(endpoint + " with two tokens", 400, "several_credentials",
					target + "?access_token=" + CLIENT_KEY + "&access_token=" + CLIENT_KEY);
			credential(endpoint + " with server key in URL", 400, "server_key_in_url",
					target + "?access_token=" + SERVER_KEY);
			credential(endpoint + " from a strange origin", 403, "origin", target, AUTHORIZATION,
					"Origin: https://evil.test");
			credential(endpoint + " from no origin", 403, "origin", target, AUTHORIZATION, "Origin: null");
			credential(endpoint + " from a broken origin", 403, "origin", target, AUTHORIZATION, "Origin: http://[");
		}
	}

	private void credential(String name, int status, String code, String target, String... headers) {
		this.inputs.add(HostileInput.http(name, request("GET", target, headers)).answers(status, code));
	}

	/** Heads that no HTTP library would send. */
	private void heads() {
		String good = "GET /realtime/flags HTTP/1.1\r\nHost: x\r\n" + AUTHORIZATION + "\r\n";
		Map<String, String> broken = Map.ofEntries(Map.entry("no version", "GET /realtime/flags\r\n\r\n"),
				Map.entry("garbage", "\u0001\u0002\u0003\u0004\r\n\r\n"),
				Map.entry("TLS to a plain port",
						"\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n"),
				Map.entry("header without colon", good + "nonsense\r\n\r\n"),
				Map.entry("header without name", good + ": x\r\n\r\n"),
				Map.entry("space before colon", good + "X-A : b\r\n\r\n"),
				Map.entry("NUL in header", good + "X-A: a\u0000b\r\n\r\n"),
				Map.entry("NUL in header name", good + "X\u0000A: b\r\n\r\n"),
				Map.entry("long header", good + "X-A: " + "a".repeat(20_000) + "\r\n\r\n"),
				Map.entry("many headers", good + "X-A: b\r\n".repeat(2000) + "\r\n"),
				Map.entry("long request line",
						"GET /realtime/flags?" + "x".repeat(10_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"),
				Map.entry("negative length", good + "Content-Length: -1\r\n\r\n"),
				Map.entry("length with sign", good + "Content-Length: +5\r\n\r\nhello"),
				Map.entry("length in hex", good + "Content-Length: 0x5\r\n\r\nhello"),
				Map.entry("two lengths", good + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
				Map.entry("list of lengths", good + "Content-Length: 5, 6\r\n\r\nhello"),
				Map.entry("giant length", good + "Content-Length: 99999999999999999999\r\n\r\n"));
		broken.forEach((name, head) -> this.inputs.add(HostileInput.http("head: " + name, head).isRefused()));
		this.inputs.add(HostileInput.http("head: unknown version", "GET /realtime/flags HTTP/9.9\r\nHost: x\r\n\r\n")
			.answers(400, 401, 505));
		String ack = "POST /realtime/ack HTTP/1.1\r\nHost: x\r\n" + AUTHORIZATION + "\r\n";
		String smuggled = "GET /realtime/nothing HTTP/1.1\r\nHost: x\r\n\r\n";
		Map<String, String> smuggling = Map.of("length and chunks",
				ack + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
				"chunks, then length",
				ack + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + smuggled, "unknown encoding",
				ack + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + smuggled, "bad chunk size",
				ack + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n" + smuggled, "negative chunk size",
				ack + "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n" + smuggled, "giant chunk size",
				ack + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" + smuggled, "line break in a header",
				ack + "X-A: b\rTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n");
		smuggling.forEach((name, text) -> this.inputs.add(HostileInput.http("smuggling: " + name, text).isRefused()));
		this.inputs.add(HostileInput.http("half a head, then the end", good).leaves());
		this.inputs.add(HostileInput.http("half a line, then the end", "GET /real").leaves());
		this.inputs.add(HostileInput.http("half a body, then the end", ack + "Content-Length: 100\r\n\r\n{").leaves());
		this.inputs
			.add(HostileInput.http("half a chunk, then the end", ack + "Transfer-Encoding: chunked\r\n\r\n5\r\nab")
				.leaves());
		this.inputs.add(HostileInput.http("nothing, then the end", "").leaves());
		this.inputs.add(HostileInput.http("100 pipelined requests", (good + "\r\n").repeat(100)).answers(200));
		this.inputs
			.add(HostileInput.http("absolute target", request("GET", "http://evil.test/realtime/flags", AUTHORIZATION))
				.answers(200, 400, 404));
		this.inputs.add(HostileInput
			.http("unreadable Last-Event-ID", request("GET", "/realtime/sse", AUTHORIZATION, "Last-Event-ID: \u00e9 x"))
			.answers(200));
		this.inputs.add(
				HostileInput
					.http("unreadable If-None-Match",
							request("GET", "/realtime/flags", AUTHORIZATION, "If-None-Match: \"\"\",,W/x"))
					.answers(200));
		this.inputs.add(
				HostileInput
					.http("unreadable Accept-Encoding",
							request("GET", "/realtime/flags", AUTHORIZATION,
									"Accept-Encoding: ;;q=,gzip;q=x,,\t*;q=-1"))
					.answers(200));
		this.inputs.add(HostileInput
			.http("unreadable Accept", request("GET", "/realtime/flags", AUTHORIZATION, "Accept: ///;;q=7"))
			.answers(200, 406));
		this.inputs.add(
				HostileInput
					.http("session of somebody else",
							request("GET", "/realtime/poll?wait=0", AUTHORIZATION,
									"Realtime-Push-Session: ../../etc/passwd"))
					.answers(200));
		this.inputs.add(
				HostileInput
					.http("preflight from a strange origin",
							request("OPTIONS", "/realtime/flags", "Origin: https://evil.test",
									"Access-Control-Request-Method: GET"))
					.answers(403, "origin"));
	}

	private void acknowledgements() {
		List.of("", "null", "[]", "{}", "{'session':'s'}", "{'session':5,'epoch':'a','version':1,'status':'applied'}",
				"{'instance':'short','epoch':'a','version':1,'status':'applied'}",
				"{'epoch':'a','version':1,'status':'applied'}",
				"{'session':'s','epoch':'a','version':'1','status':'applied'}",
				"{'session':'s','epoch':'a','version':-1,'status':'applied'}",
				"{'session':'s','epoch':'a','version':1,'status':'x'}",
				"{'session':'s','session':'s','epoch':'a','version':1,'status':'applied'}", "[".repeat(60_000),
				"{'session':'" + "s".repeat(500) + "','epoch':'a','version':1,'status':'applied'}")
			.forEach((body) -> this.inputs
				.add(HostileInput.http("ack " + HostileInput.cut(body), ack(json(body))).answers(400, "bad_request")));
		this.inputs
			.add(HostileInput.http("ack not UTF-8", ack("{\"session\":\"\u00ff\"}")).answers(400, "bad_request"));
		this.inputs.add(HostileInput.http("ack above the limit", ack("x".repeat(65_537))).answers(413, "too_large"));
		this.inputs.add(HostileInput.http("ack of 2 MiB", ack("x".repeat(1 << 21))).answers(413, "too_large"));
		this.inputs.add(HostileInput
			.http("ack with unknown key",
					request("POST", "/realtime/ack", "Authorization: x", "Content-Length: 2") + "{}")
			.answers(401, "unauthorized"));
		for (String type : List.of("text/plain", "multipart/form-data", "application/xml", "a/b/c;;",
				"application/x-www-form-urlencoded")) {
			String body = json("{'session':'s','epoch':'a','version':1,'status':'applied'}");
			this.inputs.add(
					HostileInput
						.http("ack as " + type,
								request("POST", "/realtime/ack", AUTHORIZATION, "Content-Type: " + type,
										"Content-Length: " + body.length()) + body)
						.answers(202, 400, 415));
		}
	}

	private static String ack(String body) {
		return request("POST", "/realtime/ack", AUTHORIZATION, "Content-Type: application/json",
				"Content-Length: " + body.length()) + body;
	}

	private static String request(String method, String target, String... headers) {
		StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
		for (String header : headers) {
			head.append(header).append("\r\n");
		}
		return head.append("\r\n").toString();
	}

	private static String json(String text) {
		return text.replace('\'', '"');
	}

	private static String strings(int count) {
		return "[" + String.join(",", IntStream.range(0, count).mapToObj((i) -> "'p" + i + "'").toList()) + "]";
	}

	private static String object(int count) {
		return "{" + String.join(",", IntStream.range(0, count).mapToObj((i) -> "'n" + i + "':'v'").toList()) + "}";
	}

}
