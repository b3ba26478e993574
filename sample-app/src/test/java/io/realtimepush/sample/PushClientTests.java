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

package io.realtimepush.sample;

import java.util.Map;

import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code push-client.js}, the example of the page on writing a client, against scripted
 * answers.
 */
class PushClientTests extends ScriptedServerSupport {

	private static final String PAGE = """
			<script type="module">
			  import { PushClient } from "/push-client.js";
			  window.start = (options) => {
			    window.states = [];
			    window.client = new PushClient({ key: "client-key", ...options,
			      onState: (state, detail) => states.push({ state, ...detail }) });
			    client.start();
			  };
			</script>""";

	PushClientTests() {
		super(PAGE, "/push-client.js", "push-client.js");
	}

	@Test
	void snapshotReplacesFlagsUnlessItIsOlder() {
		connect();
		send("{'type':'snapshot','epoch':'e','version':5,'flags':{'a':1,'b':null}}");
		awaitFlags("e:5 {\"a\":1,\"b\":null}");
		send("{'type':'snapshot','epoch':'e','version':4,'flags':{}}");
		send("{'type':'snapshot','epoch':'e','version':6,'flags':{'c':2}}");
		awaitFlags("e:6 {\"c\":2}");
		send("{'type':'snapshot','epoch':'e','version':3,'flags':{'d':1},'reset':true}");
		awaitFlags("e:3 {\"d\":1}");
		send("{'type':'snapshot','epoch':'f','version':1,'flags':{}}");
		awaitFlags("f:1 {}");
		assertThat(this.sent).isEmpty();
	}

	@Test
	void deltaIsAppliedWhereItBegins() {
		connect();
		send("{'type':'snapshot','epoch':'e','version':5,'flags':{'a':1,'b':2}}");
		send("{'type':'delta','epoch':'e','from':5,'version':9,'set':{'a':null,'__proto__':3},'removed':['b','x']}");
		awaitFlags("e:9 {\"a\":null,\"__proto__\":3}");
		send("{'type':'delta','epoch':'e','from':5,'version':9,'set':{'a':7},'removed':[]}");
		send("{'type':'news','of':'a later version'}");
		send("{'type':'delta','epoch':'e','from':9,'version':10,'set':{},'removed':[]}");
		awaitFlags("e:10 {\"a\":null,\"__proto__\":3}");
		assertThat(this.sent).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'type':'delta','epoch':'e','from':6,'version':7,'set':{'a':2},'removed':[]}",
			"{'type':'delta','epoch':'f','from':5,'version':6,'set':{'a':2},'removed':[]}",
			"{'type':'heartbeat','epoch':'e','version':6}", "{'type':'heartbeat','epoch':'f','version':5}" })
	void missedChangeIsAskedForWithPosition(String message) {
		connect();
		send("{'type':'snapshot','epoch':'e','version':5,'flags':{'a':1}}");
		awaitFlags("e:5 {\"a\":1}");
		send("{'type':'heartbeat','epoch':'e','version':4}");
		send(message);
		page.waitForCondition(() -> !this.sent.isEmpty());
		assertThat(this.sent).containsExactly("{\"type\":\"resync\",\"position\":\"e:5\"}");
		assertThat(flags()).isEqualTo("e:5 {\"a\":1}");
	}

	@Test
	void lostConnectionIsResumed() {
		connect();
		send("{'type':'snapshot','epoch':'e','version':5,'flags':{'a':1}}");
		awaitState("live");
		this.sockets.get(0).close(new WebSocketRoute.CloseOptions().setCode(4503).setReason("draining"));
		page.waitForCondition(() -> this.sockets.size() == 2);
		assertThat(this.sockets.get(1).url()).contains("access_token=client-key").contains("position=e%3A5");
		this.sockets.get(1).send("{\"type\":\"welcome\",\"heartbeat\":25000,\"resumed\":true}");
		awaitState("live");
		assertThat(states()).isEqualTo("connecting live interrupted connecting live");
		assertThat(flags()).isEqualTo("e:5 {\"a\":1}");
	}

	@Test
	void serverThatHasNotDecidedIsNotLiveYet() {
		connect();
		send("{'type':'welcome','heartbeat':25000,'resumed':false}");
		send("{'type':'snapshot','epoch':'e','version':5,'flags':{}}");
		awaitState("live");
		assertThat(page.evaluate("JSON.stringify(client.position)")).isEqualTo("{\"epoch\":\"e\",\"version\":5}");
	}

	@ParameterizedTest
	@ValueSource(ints = { 4400, 4401, 4403, 4409 })
	void finalCloseCodeEndsTheClient(int code) {
		connect();
		this.sockets.get(0).close(new WebSocketRoute.CloseOptions().setCode(code).setReason("no"));
		awaitState("closed");
		assertThat(last("code")).isEqualTo(code);
		assertThat(last("reason")).isEqualTo("no");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1000, 4402, 4408, 4500, 4503, 4508, 4529, 4999 })
	void otherCloseCodeIsBackedOff(int code) {
		connect();
		this.sockets.get(0).close(new WebSocketRoute.CloseOptions().setCode(code));
		awaitSeen("interrupted");
		assertThat(((Number) last("delay")).doubleValue()).isBetween(0.0, 500.0);
	}

	@Test
	void closedMessageSaysWhetherToComeBack() {
		connect();
		send("{'type':'closed','code':4599,'reason':'for good','retry':false}");
		awaitState("closed");
		assertThat(last("reason")).isEqualTo("for good");
	}

	@Test
	void goawayIsObeyedToTheMillisecond() {
		connect();
		send("{'type':'goaway','reason':'draining','retryAfter':4321}");
		awaitState("interrupted");
		assertThat(last("delay")).isEqualTo(4321);
	}

	@Test
	void silenceEndsTheConnection() {
		connect();
		send("{'type':'welcome','heartbeat':40,'resumed':true}");
		awaitSeen("interrupted");
		assertThat(last("reason")).isEqualTo("silence");
	}

	@Test
	void pollsCarryPositionAndSession() {
		page.route((url) -> url.contains("/realtime/poll"), (route) -> {
			this.requests.add(query(route) + " " + route.request().headerValue("Realtime-Push-Session"));
			String body = switch (this.requests.size()) {
				case 1 -> "{'type':'snapshot','epoch':'e','version':1,'flags':{}}";
				case 2 -> "{'type':'delta','epoch':'e','from':1,'version':2,'set':{'a':1},'removed':[]}";
				default -> "{'type':'closed','code':4409,'reason':'superseded','retry':false}";
			};
			route.fulfill(new Route.FulfillOptions().setStatus(200)
				.setHeaders(Map.of("Realtime-Push-Session", "s1"))
				.setBody(body.replace('\'', '"')));
		});
		page.evaluate("start({ transport: 'long-poll', heartbeat: 7000 })");
		awaitState("closed");
		assertThat(this.requests).containsExactly("access_token=client-key&heartbeat=7000&wait=0 null",
				"access_token=client-key&heartbeat=7000&position=e%3A1&wait=7000 s1",
				"access_token=client-key&heartbeat=7000&position=e%3A2&wait=7000 s1");
		assertThat(flags()).isEqualTo("e:2 {\"a\":1}");
	}

	@Test
	void refusedPollIsBackedOffAsLongAsTold() {
		page.route((url) -> url.contains("/realtime/poll"),
				(route) -> route.fulfill(new Route.FulfillOptions().setStatus(429)
					.setHeaders(Map.of("Retry-After", "3"))
					.setBody("{\"code\":\"too_many\",\"retry\":true}")));
		page.evaluate("start({ transport: 'long-poll' })");
		awaitState("interrupted");
		assertThat(last("delay")).isEqualTo(3000);
	}

	@ParameterizedTest
	@ValueSource(strings = { "long-poll", "sse" })
	void refusedCredentialEndsTheClient(String transport) {
		page.route((url) -> url.contains("/realtime/"), (route) -> fulfill(route, 401, "application/problem+json",
				"{\"code\":\"unauthorized\",\"detail\":\"SDK key is not known\",\"retry\":false}"));
		page.evaluate("(transport) => start({ transport })", transport);
		awaitState("closed");
		assertThat(last("code")).isEqualTo(4401);
		assertThat(last("reason")).isEqualTo("SDK key is not known");
	}

	@Test
	void streamOfEventsIsReadAndResumed() {
		page.route((url) -> url.contains("/realtime/sse"), (route) -> {
			this.requests.add(query(route));
			fulfill(route, 200, "text/event-stream", (this.requests.size() == 1) ? """
					retry: 60000

					event: snapshot
					data: {"type":"snapshot","epoch":"e","version":1,"flags":{"a":1}}

					""" : """
					event: closed
					data: {"type":"closed","code":4401,"reason":"revoked","retry":false}

					""");
		});
		page.evaluate("start({ transport: 'sse' })");
		awaitState("closed");
		assertThat(this.requests).containsExactly("access_token=client-key&heartbeat=25000",
				"access_token=client-key&heartbeat=25000&position=e%3A1");
		assertThat(states()).isEqualTo("connecting live interrupted connecting closed");
	}

	private void connect() {
		page.evaluate("start({ transport: 'websocket' })");
		page.waitForCondition(() -> this.sockets.size() == 1);
	}

	private void awaitState(String state) {
		page.waitForFunction("(state) => client.state === state", state);
	}

	private void awaitSeen(String state) {
		page.waitForFunction("(state) => states.some((seen) => seen.state === state)", state);
	}

	private String states() {
		return (String) page.evaluate("states.map((seen) => seen.state).join(' ')");
	}

	/**
	 * Return what was told with the last state that came with anything.
	 */
	private Object last(String detail) {
		return page.evaluate("(detail) => states.findLast((seen) => detail in seen)[detail]", detail);
	}

}
