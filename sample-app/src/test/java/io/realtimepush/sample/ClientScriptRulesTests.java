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

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The JavaScript client against scripted answers: the rules of the protocol that a
 * healthy server seldom makes a client follow.
 */
class ClientScriptRulesTests extends ScriptedServerSupport {

	private static final String PAGE = """
			<script type="module">
			  import { connect } from "/client.js";
			  window.start = (options) => {
			    window.seen = [];
			    window.client = connect({ key: "client-key", storage: null, ...options });
			    client.onStatus((status) => seen.push(status));
			  };
			</script>""";

	/** What gateways say while nobody is behind them. */
	private static final String NO_ROUTE = "{\"code\":404,\"message\":\"no route\"}";

	ClientScriptRulesTests() {
		super(PAGE, "/client.js", "io/realtimepush/transport/http/client.js");
	}

	@Test
	void loginCarriesWhatIsWantedAndNoKeyStandsInTheUrl() {
		connect("{ flags: ['ui.*'], user: { key: 'u' }, heartbeat: 7000 }");
		assertThat(this.sockets.get(0).url()).isEqualTo("ws://shop.test/realtime/ws");
		assertThat(this.sent).containsExactly(
				"{'type':'hello','key':'client-key','flags':['ui.*'],'user':{'key':'u'},".replace('\'', '"')
						+ "\"heartbeat\":7000,\"client\":{\"sdk\":\"js/0.1.0\"}}");
	}

	@Test
	void snapshotReplacesFlagsUnlessItIsOlder() {
		connect("{}");
		send("{'type':'snapshot','epoch':'e','version':5,'flags':{'a':1,'b':null}}");
		awaitFlags("e:5 {\"a\":1,\"b\":null}");
		send("{'type':'snapshot','epoch':'e','version':4,'flags':{}}");
		send("{'type':'snapshot','epoch':'e','version':6,'flags':{'c':2}}");
		awaitFlags("e:6 {\"c\":2}");
		send("{'type':'snapshot','epoch':'e','version':3,'flags':{'d':1},'reset':true}");
		awaitFlags("e:3 {\"d\":1}");
		send("{'type':'snapshot','epoch':'f','version':1,'flags':{}}");
		awaitFlags("f:1 {}");
		assertThat(this.sent).hasSize(1);
	}

	@Test
	void deltaIsAppliedWhereItBegins() {
		connect("{}");
		send("{'type':'snapshot','epoch':'e','version':5,'flags':{'a':1,'b':2}}");
		send("{'type':'delta','epoch':'e','from':5,'version':9,'set':{'a':null,'__proto__':3},'removed':['b','x']}");
		awaitFlags("e:9 {\"a\":null,\"__proto__\":3}");
		send("{'type':'delta','epoch':'e','from':5,'version':9,'set':{'a':7},'removed':[]}");
		send("{'type':'news','of':'a later version'}");
		send("{'type':'delta','epoch':'e','from':9,'version':10,'set':{},'removed':[]}");
		awaitFlags("e:10 {\"a\":null,\"__proto__\":3}");
		assertThat(this.sent).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'type':'delta','epoch':'e','from':6,'version':7,'set':{'a':2},'removed':[]}",
			"{'type':'delta','epoch':'f','from':5,'version':6,'set':{'a':2},'removed':[]}",
			"{'type':'heartbeat','epoch':'e','version':6}", "{'type':'heartbeat','epoch':'f','version':5}" })
	void missedChangeIsAskedForWithPosition(String message) {
		connect("{}");
		send("{'type':'snapshot','epoch':'e','version':5,'flags':{'a':1}}");
		awaitFlags("e:5 {\"a\":1}");
		send("{'type':'heartbeat','epoch':'e','version':4}");
		send(message);
		awaitSent(2);
		assertThat(this.sent.get(1)).isEqualTo("{\"type\":\"resync\",\"position\":\"e:5\"}");
		assertThat(flags()).isEqualTo("e:5 {\"a\":1}");
	}

	@Test
	void messageThatCannotBeReadEndsTheConnectionAndChangesNothing() {
		connect("{}");
		send("{'type':'snapshot','epoch':'e','version':5,'flags':{'a':1}}");
		send("{'type':'delta','epoch':'e','from':5,'version':6,'set':{'a':2},");
		page.waitForCondition(() -> this.sockets.size() == 2);
		awaitSent(2);
		assertThat(this.sent.get(1)).contains("\"position\":\"e:5\"");
		assertThat(flags()).isEqualTo("e:5 {\"a\":1}");
	}

	@Test
	void lostConnectionIsResumed() {
		connect("{}");
		send("{'type':'snapshot','epoch':'e','version':5,'flags':{'a':1}}");
		awaitState("live");
		this.sockets.get(0).close(new WebSocketRoute.CloseOptions().setCode(4503).setReason("draining"));
		awaitSent(2);
		assertThat(this.sent.get(1)).contains("\"position\":\"e:5\"");
		this.sockets.get(1).send("{\"type\":\"welcome\",\"heartbeat\":25000,\"resumed\":true}");
		awaitState("live");
		assertThat(states()).isEqualTo("connecting live interrupted connecting live");
		assertThat(flags()).isEqualTo("e:5 {\"a\":1}");
	}

	@Test
	void finalCloseCodesEndTheClient() {
		for (int code : new int[] { 4400, 4401, 4403, 4409 }) {
			this.sockets.clear();
			connect("{}");
			this.sockets.get(0).close(new WebSocketRoute.CloseOptions().setCode(code).setReason("no"));
			awaitState("closed");
			assertThat(last("code")).isEqualTo(code);
			assertThat(last("reason")).isEqualTo("no");
			assertThat(page.evaluate("client.ready()")).isEqualTo(false);
		}
	}

	@Test
	void otherCloseCodesAreBackedOff() {
		for (int code : new int[] { 1000, 4408, 4500, 4503, 4508, 4529, 4999 }) {
			this.sockets.clear();
			connect("{ minBackOff: 30000 }");
			send("{'type':'welcome','heartbeat':25000,'resumed':false}");
			this.sockets.get(0).close(new WebSocketRoute.CloseOptions().setCode(code));
			awaitSeen("interrupted");
			assertThat(((Number) last("delay")).doubleValue()).isBetween(0.0, 30_000.0);
			page.evaluate("client.stop()");
		}
	}

	@Test
	void backOffDoublesUntilAConnectionHasLived() {
		page.evaluate("Math.random = () => 1");
		page.routeWebSocket((url) -> url.contains("/realtime/ws"), (socket) -> {
			this.sockets.add(socket);
			if (this.sockets.size() == 4) {
				socket.send("{\"type\":\"snapshot\",\"epoch\":\"e\",\"version\":1,\"flags\":{}}");
			}
			socket.close(new WebSocketRoute.CloseOptions().setCode(4503));
		});
		page.evaluate("start({ transports: ['websocket'], minBackOff: 20, maxBackOff: 50, stableAfter: -1 })");
		page.waitForCondition(() -> this.sockets.size() >= 6);
		assertThat(page.evaluate("seen.filter(({ delay }) => delay).slice(0, 5).map(({ delay }) => delay)"))
			.isEqualTo(List.of(20, 40, 50, 20, 40));
	}

	@Test
	void serverSaysWhetherAndWhenToComeBack() {
		connect("{}");
		send("{'type':'goaway','reason':'draining','retryAfter':4321}");
		awaitState("interrupted");
		assertThat(last("delay")).isEqualTo(4321);
		page.evaluate("client.stop()");
		this.sockets.clear();
		connect("{}");
		send("{'type':'closed','code':4599,'reason':'for good','retry':false}");
		awaitState("closed");
		assertThat(last("reason")).isEqualTo("for good");
	}

	@Test
	void silenceEndsTheConnection() {
		connect("{}");
		send("{'type':'welcome','heartbeat':40,'resumed':true}");
		awaitSeen("interrupted");
		assertThat(last("reason")).isEqualTo("silence");
	}

	@Test
	void connectionThatIsCheckedMustAnswer() {
		connect("{ answerTimeout: 100 }");
		send("{'type':'welcome','heartbeat':25000,'resumed':true}");
		awaitState("live");
		page.evaluate("client.check()");
		awaitSent(2);
		assertThat(this.sent.get(1)).startsWith("{\"type\":\"ping\"");
		awaitSeen("interrupted");
		assertThat(last("reason")).isEqualTo("silence");
	}

	@Test
	void stoppedClientLeavesNothing() {
		connect("{}");
		send("{'type':'snapshot','epoch':'e','version':5,'flags':{'a':1}}");
		awaitState("live");
		boolean[] closed = new boolean[1];
		this.sockets.get(0).onClose((code, reason) -> closed[0] = true);
		page.evaluate("client.stop()");
		page.waitForCondition(() -> closed[0]);
		assertThat(states()).isEqualTo("connecting live closed");
		assertThat(page.evaluate("client.get('a')")).isEqualTo(1);
		page.evaluate("client.check(), client.start()");
		awaitSent(2);
	}

	@Test
	void tokenIsAskedForWhenThereIsNoneAndRenewedInTime() {
		page.evaluate("window.tokens = 0");
		connect("{ key: async () => ({ token: 't' + ++tokens, expiresIn: tokens === 2 ? 300 : undefined }) }");
		assertThat(this.sent.get(0)).contains("\"key\":\"t1\"");
		send("{'type':'snapshot','epoch':'e','version':5,'flags':{}}");
		awaitState("live");
		this.sockets.get(0).close(new WebSocketRoute.CloseOptions().setCode(4402));
		awaitSent(2);
		assertThat(this.sent.get(1)).contains("\"key\":\"t2\"");
		this.sockets.get(1).send("{\"type\":\"welcome\",\"heartbeat\":25000,\"resumed\":true}");
		awaitSent(3);
		assertThat(this.sent.get(2)).isEqualTo("{\"type\":\"auth\",\"token\":\"t3\"}");
	}

	@Test
	void keyThatHasExpiredForGoodEndsTheClient() {
		connect("{}");
		this.sockets.get(0).close(new WebSocketRoute.CloseOptions().setCode(4402));
		awaitState("closed");
	}

	@Test
	void watcherIsToldOfItsFlagOnlyAndHoldsUpNobody() {
		connect("{}");
		page.evaluate("""
				() => {
				  window.told = [];
				  client.watch("a", () => { throw new Error("on purpose"); });
				  client.watch("a", (value, former) => told.push(`a ${former} ${value}`));
				  client.watch("b", (value) => told.push(`b ${value}`))();
				  client.watch((flags, message) => told.push(`${message.type} ${flags.size}`));
				}""");
		send("{'type':'snapshot','epoch':'e','version':5,'flags':{'a':1,'b':2}}");
		send("{'type':'delta','epoch':'e','from':5,'version':6,'set':{'b':3},'removed':[]}");
		send("{'type':'delta','epoch':'e','from':6,'version':7,'set':{},'removed':['a']}");
		awaitFlags("e:7 {\"b\":3}");
		assertThat(page.evaluate("client.watch('b', (value) => told.push(`late ${value}`)), told"))
			.isEqualTo(List.of("a undefined 1", "snapshot 2", "delta 2", "a 1 undefined", "delta 1", "late 3"));
		assertThat(page.evaluate("client.get('a', 'none')")).isEqualTo("none");
	}

	@Test
	void requestsAndNotificationsGoOverTheSocket() {
		connect("{}");
		send("{'type':'welcome','heartbeat':25000,'resumed':true}");
		awaitState("live");
		page.evaluate("() => { client.on('sold-out', (payload) => { window.payload = payload; }); }");
		page.evaluate(
				"""
						() => { window.answers = Promise.allSettled([client.request("stock", { of: "book" }), client.request("no")]
						  .map((answer) => answer.catch((error) => { throw error.code + " " + error.message; }))); }""");
		awaitSent(4);
		assertThat(this.sent.get(1)).isEqualTo("{\"type\":\"register\",\"method\":\"sold-out\"}");
		assertThat(this.sent.get(2)).contains("\"method\":\"stock\",\"payload\":{\"of\":\"book\"}");
		send("{'type':'response','id':'" + idOf(this.sent.get(2)) + "','payload':7}");
		send("{'type':'response','id':'" + idOf(this.sent.get(3))
				+ "','error':{'code':'unknown_method','message':'?'}}");
		assertThat(page.evaluate("answers")).isEqualTo(List.of(Map.of("status", "fulfilled", "value", 7),
				Map.of("status", "rejected", "reason", "unknown_method ?")));
		send("{'type':'notification','method':'sold-out','payload':{'article':'b'}}");
		page.waitForFunction("window.payload?.article === 'b'");
		this.sockets.get(0).close(new WebSocketRoute.CloseOptions().setCode(4503));
		awaitSent(5);
		this.sockets.get(1).send("{\"type\":\"welcome\",\"heartbeat\":25000,\"resumed\":true}");
		awaitSent(6);
		assertThat(this.sent.get(5)).isEqualTo(this.sent.get(1));
	}

	@Test
	void requestWithoutSocketIsPosted() {
		page.route((url) -> url.contains("/realtime/request"), (route) -> {
			this.requests.add(route.request().postData() + route.request().headerValue("Authorization"));
			fulfill(route, (this.requests.size() == 1) ? 200 : 429, "application/json",
					(this.requests.size() == 1) ? "{\"type\":\"response\",\"payload\":7}"
							: "{\"code\":\"too_many\",\"detail\":\"slowly\",\"retry\":true}");
		});
		page.route((url) -> url.contains("/realtime/poll"), (route) -> {
		});
		page.evaluate("start({ transports: ['long-poll'] })");
		assertThat(page.evaluate("client.request('stock', 'book')")).isEqualTo(7);
		assertThat(this.requests.get(0)).contains("\"method\":\"stock\",\"payload\":\"book\"")
			.endsWith("Bearer client-key");
		assertThat(page.evaluate("client.request('stock').catch((error) => error.code + ' ' + error.message)"))
			.isEqualTo("too_many slowly");
		assertThat(page.evaluate("client.request('x', 1, 0).catch((error) => error.code)")).isIn("request_timeout",
				"too_many");
	}

	@Test
	void requestWhoseTokenHasEndedIsPostedOnceMore() {
		AtomicInteger polls = new AtomicInteger();
		page.route((url) -> url.contains("/realtime/poll"), (route) -> polls.incrementAndGet());
		page.route((url) -> url.contains("/realtime/request"), (route) -> {
			this.requests.add(route.request().headerValue("Authorization"));
			if (this.requests.size() == 2) {
				fulfill(route, 200, "application/json", "{\"type\":\"response\",\"payload\":7}");
			}
			else {
				fulfill(route, 401, "application/problem+json",
						"{\"code\":\"token_expired\",\"detail\":\"access token expired\",\"retry\":true}");
			}
		});
		page.evaluate("window.tokens = 0");
		page.evaluate("start({ transports: ['long-poll'], key: async () => 't' + ++tokens })");
		page.waitForCondition(() -> polls.get() == 1);
		String request = "client.request('stock').catch((error) => error.code)";
		assertThat(page.evaluate(request)).isEqualTo(7);
		assertThat(page.evaluate(request)).isEqualTo("token_expired");
		assertThat(this.requests).containsExactly("Bearer t1", "Bearer t2", "Bearer t2", "Bearer t3");
		page.evaluate("client.stop(), start({ transports: ['long-poll'] })");
		assertThat(page.evaluate(request)).isEqualTo("token_expired");
		assertThat(this.requests).hasSize(5).endsWith("Bearer client-key");
	}

	@Test
	void lastFlagsOfAnotherUserAreReplaced() {
		String anna = "{ storage: localStorage, user: { key: 'anna', attrs: { city: 'Oslo' } } }";
		connect(anna);
		send("{'type':'snapshot','epoch':'e','version':5,'flags':{'a':1}}");
		awaitFlags("e:5 {\"a\":1}");
		stopAndForget();
		assertThat((String) page.evaluate("Object.keys(localStorage).join()")).contains("client-key")
			.doesNotContain("anna", "Oslo");
		connect(anna);
		assertThat(flags()).isEqualTo("e:5 {\"a\":1}");
		assertThat(this.sent.get(0)).contains("\"position\":\"e:5\"");
		stopAndForget();
		connect("{ storage: localStorage, user: { key: 'bert' } }");
		assertThat(flags()).isEqualTo("undefined:undefined {}");
		assertThat(this.sent.get(0)).doesNotContain("position");
		send("{'type':'snapshot','epoch':'f','version':1,'flags':{'b':2}}");
		awaitFlags("f:1 {\"b\":2}");
		stopAndForget();
		assertThat(page.evaluate("localStorage.length")).isEqualTo(1);
		assertThat((String) page.evaluate("JSON.stringify(localStorage)")).contains("bert").doesNotContain("anna");
	}

	private void stopAndForget() {
		page.evaluate("client.stop()");
		this.sockets.clear();
		this.sent.clear();
	}

	@Test
	void pollsCarryPositionAndSession() {
		page.route((url) -> url.contains("/realtime/poll"), (route) -> {
			Map<String, String> headers = route.request().allHeaders();
			this.requests.add(query(route) + " " + headers.get("realtime-push-session"));
			assertThat(headers).containsEntry("authorization", "Bearer client-key");
			String body = switch (this.requests.size()) {
				case 1 -> "{'type':'snapshot','epoch':'e','version':1,'flags':{}}";
				case 2 -> "{'type':'delta','epoch':'e','from':1,'version':2,'set':{'a':1},'removed':[]}";
				default -> "{'type':'closed','code':4409,'reason':'superseded','retry':false}";
			};
			route.fulfill(new Route.FulfillOptions().setStatus(200)
				.setHeaders(Map.of("Realtime-Push-Session", "s1"))
				.setBody(body.replace('\'', '"')));
		});
		page.evaluate("start({ transports: ['long-poll'], heartbeat: 7000, flags: ['a', 'ü*'], user: { key: 'é' } })");
		awaitState("closed");
		String rest = "user=eyJrZXkiOiLDqSJ9&wait=";
		String flags = "&flags=a&flags=%C3%BC*";
		assertThat(this.requests).containsExactly("heartbeat=7000&" + rest + "0" + flags + " null",
				"position=e%3A1&heartbeat=7000&" + rest + "7000" + flags + " s1",
				"position=e%3A2&heartbeat=7000&" + rest + "7000" + flags + " s1");
		assertThat(flags()).isEqualTo("e:2 {\"a\":1}");
	}

	@Test
	void streamOfEventsIsReadAndResumed() {
		page.route((url) -> url.contains("/realtime/sse"), (route) -> {
			this.requests.add(String.valueOf(query(route)));
			fulfill(route, 200, "text/event-stream", (this.requests.size() == 1) ? """
					retry: 60000

					event: snapshot
					data: {"type":"snapshot","epoch":"e","version":1,"flags":{"a":1}}

					event: delta
					data: {"type":"delta","epoch":"e","from":1,"version":2,""" : """
					event: closed
					data: {"type":"closed","code":4401,"reason":"revoked","retry":false}

					""");
		});
		page.evaluate("start({ transports: ['sse'] })");
		awaitState("closed");
		assertThat(this.requests).containsExactly("", "position=e%3A1");
		assertThat(states()).isEqualTo("connecting live interrupted connecting closed");
	}

	@Test
	void streamMayComeByteByByte() {
		page.evaluate(
				"""
						() => start({
						  transports: ["sse"],
						  fetch: async () => {
						    const flags = { "a": "\u00e9\u20ac\ud83d\ude00", "b": "x\\ny" };
						    const events = `event: snapshot\\r\\ndata: ${JSON.stringify({ type: "snapshot", epoch: "e", version: 1, flags })}\\r\\n\\r\\n`
						      + 'data: {"type":"delta","epoch":"e","from":1,"version":2,"set":{"c":1},"removed":[]}\\n\\n: comment\\n';
						    const bytes = [...new TextEncoder().encode(events)];
						    return new Response(new ReadableStream({
						      pull: (stream) => bytes.length && stream.enqueue(Uint8Array.of(bytes.shift())),
						    }));
						  },
						})""");
		awaitFlags("e:2 {\"a\":\"\u00e9\u20ac\ud83d\ude00\",\"b\":\"x\\ny\",\"c\":1}");
	}

	@Test
	void refusalOverHttpIsObeyed() {
		page.route((url) -> url.contains("/realtime/poll"),
				(route) -> route.fulfill(new Route.FulfillOptions().setStatus(429)
					.setHeaders(Map.of("Retry-After", "3"))
					.setBody("{\"code\":\"too_many\",\"retry\":true}")));
		page.evaluate("start({ transports: ['long-poll', 'sse'] })");
		awaitState("interrupted");
		assertThat(last("delay")).isEqualTo(3000);
		page.evaluate("client.stop()");
		page.route((url) -> url.contains("/realtime/sse"), (route) -> fulfill(route, 401, "application/problem+json",
				"{\"code\":\"unauthorized\",\"detail\":\"SDK key is not known\",\"retry\":false}"));
		page.evaluate("start({ transports: ['sse', 'long-poll'] })");
		awaitState("closed");
		assertThat(last("code")).isEqualTo(4401);
		assertThat(last("reason")).isEqualTo("SDK key is not known");
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 402, 404 })
	void refusalThatIsNotOfTheServerIsNotForGood(int status) {
		page.route((url) -> url.contains("/realtime/sse"),
				(route) -> fulfill(route, status, "application/json", NO_ROUTE));
		page.route((url) -> url.contains("/realtime/poll"), (route) -> {
			this.requests.add(query(route));
			if (this.requests.size() == 1) {
				fulfill(route, status, "application/json", NO_ROUTE);
			}
			else if (this.requests.size() == 2) {
				fulfill(route, 200, "application/json",
						"{\"type\":\"snapshot\",\"epoch\":\"e\",\"version\":1,\"flags\":{}}");
			}
		});
		page.evaluate("start({ transports: ['sse', 'long-poll'] })");
		page.waitForFunction("['live', 'closed'].includes(client.status.state)");
		assertThat(states()).isEqualTo("connecting connecting interrupted connecting connecting live");
	}

	@Test
	void transportThatBringsNothingIsLeft() {
		page.route((url) -> url.contains("/realtime/sse"),
				(route) -> fulfill(route, 401, "text/html", "log in to this network"));
		page.route((url) -> url.contains("/realtime/poll"), (route) -> {
			if (query(route).endsWith("wait=0")) {
				fulfill(route, 200, "application/json",
						"{\"type\":\"snapshot\",\"epoch\":\"e\",\"version\":1,\"flags\":{}}");
			}
		});
		connect("{ transports: undefined, connectTimeout: 500 }");
		page.waitForFunction("client.status.state === 'live' && client.status.transport === 'long-poll'");
		assertThat(states()).startsWith("connecting connecting connecting ");
	}

	private void connect(String options) {
		page.evaluate("start({ transports: ['websocket'], ..." + options + " })");
		page.waitForCondition(() -> !this.sockets.isEmpty() && !this.sent.isEmpty());
	}

	private void awaitSent(int count) {
		page.waitForCondition(() -> this.sent.size() >= count);
	}

	private void awaitState(String state) {
		page.waitForFunction("(state) => client.status.state === state", state);
	}

	private void awaitSeen(String state) {
		page.waitForFunction("(state) => seen.some((status) => status.state === state)", state);
	}

	private String states() {
		return (String) page.evaluate("seen.map((status) => status.state).join(' ')");
	}

	/**
	 * Return what was told with the last status that came with it.
	 */
	private Object last(String detail) {
		return page.evaluate("(detail) => seen.findLast((status) => status[detail] !== undefined)[detail]", detail);
	}

	private static String idOf(String request) {
		return request.replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
	}

}
