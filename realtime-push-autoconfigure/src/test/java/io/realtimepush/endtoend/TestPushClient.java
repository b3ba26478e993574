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

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client that follows the protocol to the letter, remembers every state it has applied,
 * and complains when it is sent what the protocol forbids. It reconnects until it is
 * closed, each time to any of the servers and over any transport.
 */
final class TestPushClient extends Thread {

	private static final JsonMapper JSON = JsonMapper.shared();

	private final int[] ports;

	private final String key;

	private final String query;

	private final Random random;

	/** Hash of the flags by version, of every state that was applied. */
	private final Map<Long, Integer> applied = new ConcurrentHashMap<>();

	private final Map<String, String> flags = new TreeMap<>();

	private @Nullable String epoch;

	private volatile long version = -1;

	private volatile @Nullable String complaint;

	private volatile @Nullable RawConnection connection;

	private volatile int stallMillis;

	private volatile boolean closed;

	private volatile String doing = "";

	private int failures;

	TestPushClient(String name, long seed, String key, String query, int... ports) {
		super(name);
		setDaemon(true);
		this.ports = ports;
		this.key = key;
		this.query = query;
		this.random = new Random(seed);
	}

	long version() {
		return this.version;
	}

	Map<Long, Integer> applied() {
		return this.applied;
	}

	@Nullable String complaint() {
		return this.complaint;
	}

	/** Do not read for some time. */
	void stall(int millis) {
		this.stallMillis = millis;
	}

	void loseConnection(boolean withReset) {
		RawConnection present = this.connection;
		if (present != null) {
			try {
				if (withReset) {
					present.reset();
				}
				else {
					present.close();
				}
			}
			catch (IOException ex) {
				// It was lost already
			}
		}
	}

	void end() {
		this.closed = true;
		loseConnection(false);
	}

	@Override
	public void run() {
		while (!this.closed && this.complaint == null) {
			int port = this.ports[this.random.nextInt(this.ports.length)];
			try (RawConnection opened = new RawConnection("127.0.0.1", port, this.random.nextBoolean() ? 4096 : 0)) {
				opened.timeout(20_000);
				this.connection = opened;
				switch (this.random.nextInt(4)) {
					case 0 -> stream(opened);
					case 1 -> poll(opened);
					case 2 -> pull(opened);
					default -> webSocket(opened);
				}
				this.failures = 0;
			}
			catch (IOException ex) {
				this.failures++;
			}
			catch (RuntimeException ex) {
				complain("failed: " + ex);
			}
			LockSupport.parkNanos(1_000_000L * this.random.nextInt(1 + Math.min(50, 5 * this.failures)));
		}
	}

	private String target(String endpoint, String more) {
		String position = (this.epoch != null) ? "&position=" + this.epoch + ":" + this.version : "";
		return "/realtime/" + endpoint + "?heartbeat=5000" + position + this.query + more;
	}

	private String authorization() {
		return "Authorization: Bearer " + this.key;
	}

	private void stream(RawConnection opened) throws IOException {
		this.doing = "sse";
		opened.get(target("sse", ""), authorization());
		RawConnection.Answer head = opened.head();
		if (head == null || head.status() != 200) {
			throw new IOException("no stream: " + head);
		}
		String rest = "";
		for (byte[] chunk = opened.chunk(); chunk.length > 0; chunk = opened.chunk()) {
			rest += new String(chunk, StandardCharsets.UTF_8);
			for (int end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
				int data = rest.indexOf("data: ");
				if (data >= 0 && data < end && !take(rest.substring(data + 6, end))) {
					return;
				}
				rest = rest.substring(end + 2);
			}
		}
	}

	private void poll(RawConnection opened) throws IOException {
		this.doing = "poll";
		String session = "";
		for (int i = 0; i < 200; i++) {
			opened.get(target("poll", "&wait=" + this.random.nextInt(3000)), authorization(),
					"Realtime-Push-Session: " + session);
			RawConnection.Answer answer = opened.answer();
			if (answer == null || answer.status() != 200) {
				throw new IOException("no poll: " + answer);
			}
			session = answer.headers().getOrDefault("realtime-push-session", "");
			if (!take(answer.body())) {
				return;
			}
		}
	}

	/** Be told of versions only, and get the flags when there is a new one. */
	private void pull(RawConnection opened) throws IOException {
		this.doing = "notify";
		opened.upgrade(target("ws", "&mode=notify"), authorization());
		try (RawConnection other = new RawConnection(this.ports[this.random.nextInt(this.ports.length)])) {
			for (JsonNode message = message(opened); message != null; message = message(opened)) {
				boolean news = message.path("type").asString().matches("version|heartbeat")
						&& isNews(message.path("epoch").asString(), message.path("version").asLong());
				if (news) {
					String min = "&min=" + message.path("epoch").asString() + ":" + message.path("version").asLong();
					other.get(target("flags", min), authorization());
					RawConnection.Answer answer = other.answer();
					if (answer == null || answer.status() != 200) {
						throw new IOException("no flags: " + answer);
					}
					take(answer.body());
				}
				else if (message.path("type").asString().matches("goaway|closed")) {
					return;
				}
			}
		}
	}

	private boolean isNews(String ofEpoch, long ofVersion) {
		return !ofEpoch.equals(this.epoch) || ofVersion > this.version;
	}

	private void webSocket(RawConnection opened) throws IOException {
		this.doing = "ws";
		if (this.random.nextBoolean()) {
			opened.upgrade(target("ws", ""), authorization());
		}
		else {
			String position = (this.epoch != null) ? ",\"position\":\"" + this.epoch + ":" + this.version + "\"" : "";
			opened.upgrade("/realtime/ws?heartbeat=5000" + this.query)
				.text("{\"type\":\"hello\",\"key\":\"" + this.key + "\"" + position + "}");
		}
		for (JsonNode message = message(opened); message != null; message = message(opened)) {
			boolean whole = apply(message);
			if (message.path("type").asString().matches("goaway|closed")) {
				return;
			}
			if (!whole || this.random.nextInt(50) == 0) {
				String position = this.random.nextBoolean()
						? ",\"position\":\"" + this.epoch + ":" + this.version + "\"" : "";
				opened.text("{\"type\":\"resync\"" + position + "}");
			}
		}
	}

	private @Nullable JsonNode message(RawConnection opened) throws IOException {
		pauseIfTold();
		RawConnection.Frame frame = opened.frame();
		if (frame == null || frame.opcode() != RawConnection.TEXT) {
			return null;
		}
		return JSON.readTree(frame.text());
	}

	private void pauseIfTold() {
		if (this.stallMillis > 0) {
			LockSupport.parkNanos(1_000_000L * this.stallMillis);
			this.stallMillis = 0;
		}
	}

	/** Take a message where the answer to a gap is to come back. */
	private boolean take(String text) {
		pauseIfTold();
		JsonNode message = JSON.readTree(text);
		return apply(message) && !message.path("type").asString().matches("goaway|closed");
	}

	/** Apply a message; {@code false} if something was missed before it. */
	private boolean apply(JsonNode message) {
		return switch (message.path("type").asString()) {
			case "snapshot" -> applySnapshot(message);
			case "delta" -> applyDelta(message);
			case "heartbeat" -> !isNews(message.path("epoch").asString(), message.path("version").asLong());
			case "welcome" -> {
				if (message.path("resumed").asBoolean() && this.epoch == null) {
					complain("resumed a new client: " + message);
				}
				yield true;
			}
			case "goaway", "closed", "pong", "version" -> true;
			default -> {
				complain("unexpected message: " + message);
				yield true;
			}
		};
	}

	private boolean applySnapshot(JsonNode message) {
		String ofEpoch = message.path("epoch").asString();
		long ofVersion = message.path("version").asLong();
		if (message.path("reset").asBoolean()) {
			complain("sent backwards: " + cut(message));
		}
		if (ofEpoch.equals(this.epoch) && ofVersion < this.version) {
			return true;
		}
		if (this.epoch != null && !ofEpoch.equals(this.epoch)) {
			complain("epoch " + this.epoch + " became " + ofEpoch);
		}
		this.flags.clear();
		message.path("flags").properties().forEach((flag) -> this.flags.put(flag.getKey(), flag.getValue().toString()));
		moved(ofEpoch, ofVersion, message);
		return true;
	}

	private boolean applyDelta(JsonNode message) {
		long ofVersion = message.path("version").asLong();
		boolean follows = message.path("epoch").asString().equals(this.epoch);
		if (!follows || message.path("from").asLong() != this.version) {
			return follows && ofVersion <= this.version;
		}
		if (ofVersion <= this.version) {
			complain("a delta that leads nowhere: " + cut(message));
		}
		message.path("set").properties().forEach((flag) -> this.flags.put(flag.getKey(), flag.getValue().toString()));
		message.path("removed").forEach((flag) -> this.flags.remove(flag.asString()));
		moved(message.path("epoch").asString(), ofVersion, message);
		return true;
	}

	private void moved(String toEpoch, long toVersion, JsonNode message) {
		if (toVersion < this.version) {
			complain("went back from " + this.version + " by " + cut(message));
		}
		int hash = this.flags.hashCode();
		Integer before = this.applied.put(toVersion, hash);
		if (before != null && before != hash) {
			complain("two states of version " + toVersion + ": " + cut(message));
		}
		this.epoch = toEpoch;
		this.version = toVersion;
	}

	private static String cut(JsonNode message) {
		String text = message.toString();
		return text.substring(0, Math.min(300, text.length()));
	}

	private void complain(String text) {
		if (this.complaint == null) {
			this.complaint = getName() + " over " + this.doing + ": " + text;
		}
	}

	@Override
	public String toString() {
		return getName() + " over " + this.doing + " at " + this.epoch + ":" + this.version;
	}

}
