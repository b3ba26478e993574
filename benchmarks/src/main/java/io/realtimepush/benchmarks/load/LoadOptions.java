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

package io.realtimepush.benchmarks.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The command line of the load generator: {@code --name value} pairs. An option that is
 * not known is refused.
 */
final class LoadOptions {

	static final String USAGE = """
			load generator: opens clients, publishes, prints one line of JSON

			--port P            port of the server on 127.0.0.1
			--transport T       ws, sse, longpoll or socketio-ws (ws)
			--connections N     clients (1000)
			--path P            path of the endpoint (that of the transport)
			--base P            path before that (none)
			--key K             SDK key (none)
			--rate N            connects per second (2500)
			--size BYTES        size of the published body (200)
			--rounds N          rounds that are measured (50)
			--warmup N          rounds before, with the same clients (10)
			--gap MILLIS        quiet time between rounds (50, for longpoll 200)
			--hold true         clients read only when the server has sent everything (false)
			--settle MILLIS     time after connecting (500)
			--publish-port P    where to publish (that of the server)
			--publish-path P    (/publish)
			--pids P,P          processes of the server, for CPU and memory
			--label L           goes into the result
			--pre-connections N clients of a run before, to have the server compiled (1000)
			--pre-rounds N      rounds of the run before, 0 for no such run (100)
			--churn N           passes of connecting all clients and leaving, before (0)
			--idle SECONDS      idle phase after connecting, behind one that is not counted (0)
			--heap true         live heap per client; the server must be one JVM
			""";

	private final Map<String, String> given = new HashMap<>();

	LoadOptions(String... args) {
		for (int i = 0; i < args.length; i += 2) {
			if (!args[i].startsWith("--") || !USAGE.contains(args[i] + " ") || i + 1 == args.length) {
				throw new IllegalArgumentException("option not understood: " + args[i] + "\n\n" + USAGE);
			}
			this.given.put(args[i].substring(2), args[i + 1]);
		}
	}

	private String text(String name, String otherwise) {
		return this.given.getOrDefault(name, otherwise);
	}

	private int number(String name, int otherwise) {
		return Integer.parseInt(text(name, Integer.toString(otherwise)));
	}

	private boolean flag(String name) {
		return Boolean.parseBoolean(text(name, "false"));
	}

	private InetSocketAddress address(int port) {
		return new InetSocketAddress("127.0.0.1", port);
	}

	Login login() {
		Transport transport = Transport.of(text("transport", "ws"));
		String path = text("base", "") + text("path", transport.path());
		return new Login(address(port()), transport, path, this.given.get("key"), null);
	}

	private int port() {
		return number("port", 8080);
	}

	int connections() {
		return number("connections", 1000);
	}

	int rate() {
		return number("rate", 2500);
	}

	int size() {
		return number("size", 200);
	}

	int rounds() {
		return number("rounds", 50);
	}

	int warmup() {
		return number("warmup", 10);
	}

	Duration gap() {
		boolean polls = login().transport() == Transport.LONG_POLL;
		return Duration.ofMillis(number("gap", polls ? 200 : 50));
	}

	Duration settle() {
		return Duration.ofMillis(number("settle", 500));
	}

	InetSocketAddress publishAddress() {
		return address(number("publish-port", port()));
	}

	String publishPath() {
		return text("publish-path", "/publish");
	}

	@Nullable ServerProcess server() {
		String pids = this.given.get("pids");
		return (pids != null) ? ServerProcess.of(pids) : null;
	}

	String label() {
		return text("label", "");
	}

	int preConnections() {
		return number("pre-connections", 1000);
	}

	int preRounds() {
		return number("pre-rounds", 100);
	}

	int churn() {
		return number("churn", 0);
	}

	Duration idle() {
		return Duration.ofSeconds(number("idle", 0));
	}

	boolean hold() {
		return flag("hold");
	}

	boolean heap() {
		return flag("heap");
	}

}
