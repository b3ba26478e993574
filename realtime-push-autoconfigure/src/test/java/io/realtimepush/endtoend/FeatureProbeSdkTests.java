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

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.featureprobe.TestBackEnd;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The published SDKs of FeatureProbe against a whole app.
 */
@ExtendWith(NodeCondition.class)
class FeatureProbeSdkTests {

	private static final String VALUES = "shop/values";

	private static final String VALUES_SERVER_KEY = "sdk-server-of-values";

	private static final String VALUES_CLIENT_KEY = "sdk-client-of-values";

	private static final InMemoryFlagSource SOURCE = new InMemoryFlagSource();

	private static PushServer server;

	@BeforeAll
	static void start() throws Exception {
		NodeSdk.install();
		SOURCE.update(FlagSetId.of(PushServer.FLAG_SET),
				Map.of("checkout", toggle("checkout", "false,true", "beta"), "ui.theme",
						toggle("ui.theme", "'light','dark'", "beta"), "secret",
						FlagValue.ofJson(toggle("secret", "'x','y'", "beta").json()
							.replace("\"forClient\":true", "\"forClient\":false")),
						"$segment/beta", segment("Oslo")),
				Set.of());
		SOURCE.update(FlagSetId.of(VALUES), Map.of("checkout", FlagValue.TRUE, "ui.theme", FlagValue.of("dark")),
				Set.of());
		server = PushServer.start(SOURCE, "realtime-push.featureprobe.enabled=true",
				"realtime-push.featureprobe.repositories=" + PushServer.FLAG_SET,
				"realtime-push.server.sdk-keys[1].flags[0]=*",
				"realtime-push.server.sdk-keys[2].key=" + VALUES_SERVER_KEY,
				"realtime-push.server.sdk-keys[2].flag-set=" + VALUES,
				"realtime-push.server.sdk-keys[3].key=" + VALUES_CLIENT_KEY,
				"realtime-push.server.sdk-keys[3].kind=client", "realtime-push.server.sdk-keys[3].flag-set=" + VALUES,
				"realtime-push.server.sdk-keys[3].flags[0]=ui.*");
	}

	@AfterAll
	static void stop() {
		if (server != null) {
			server.close();
		}
	}

	private static FlagValue toggle(String key, String variations, String segment) {
		return FlagValue.ofJson(("{'key':'" + key + "','enabled':true,'forClient':true,'version':1,"
				+ "'disabledServe':{'select':0},'defaultServe':{'select':0},'rules':[{'serve':{'select':1},"
				+ "'conditions':[{'type':'segment','subject':'','predicate':'is in','objects':['" + segment + "']}]}],"
				+ "'variations':[" + variations + "],'prerequisites':[]}")
			.replace('\'', '"'));
	}

	private static FlagValue segment(String city) {
		return FlagValue.ofJson(("{'uniqueId':'beta','key':'beta','version':1,'rules':[{'conditions':["
				+ "{'type':'string','subject':'city','predicate':'is one of','objects':['" + city + "']}]}]}")
			.replace('\'', '"'));
	}

	private static String url(PushServer app) {
		return "http://127.0.0.1:" + app.port();
	}

	@Test
	void togglesAreEvaluatedBySdksAndForThem() throws Exception {
		FlagSetId flagSet = FlagSetId.of(PushServer.FLAG_SET);
		SOURCE.set(flagSet, "$segment/beta", segment("Oslo"));
		try (NodeSdk servers = NodeSdk.start("server-sdk.js", url(server) + "/", PushServer.SERVER_KEY);
				NodeSdk oslo = NodeSdk.start("client-sdk.js", url(server) + "/server", PushServer.CLIENT_KEY, "Oslo");
				NodeSdk rome = NodeSdk.start("client-sdk.js", url(server), PushServer.CLIENT_KEY, "Rome")) {
			servers.await("{\"anna\":true,\"ben\":false,\"theme\":\"dark\"}");
			oslo.await("{\"checkout\":true,\"theme\":\"dark\",\"secret\":\"none\"}");
			rome.await("{\"checkout\":false,\"theme\":\"light\",\"secret\":\"none\"}");
			SOURCE.set(flagSet, "$segment/beta", segment("Rome"));
			servers.await("{\"anna\":false,\"ben\":true,\"theme\":\"light\"}");
			oslo.await("{\"checkout\":false,\"theme\":\"light\",\"secret\":\"none\"}");
			rome.await("{\"checkout\":true,\"theme\":\"dark\",\"secret\":\"none\"}");
		}
	}

	@Test
	void valuesAreTogglesForSdks() throws Exception {
		try (NodeSdk servers = NodeSdk.start("server-sdk.js", url(server), VALUES_SERVER_KEY);
				NodeSdk client = NodeSdk.start("client-sdk.js", url(server), VALUES_CLIENT_KEY, "Oslo")) {
			servers.await("{\"anna\":true,\"ben\":true,\"theme\":\"dark\"}");
			client.await("{\"checkout\":false,\"theme\":\"dark\",\"secret\":\"none\"}");
			SOURCE.set(FlagSetId.of(VALUES), "ui.theme", FlagValue.of("light"));
			servers.await("{\"anna\":true,\"ben\":true,\"theme\":\"light\"}");
			client.await("{\"checkout\":false,\"theme\":\"light\",\"secret\":\"none\"}");
		}
	}

	@Test
	void appStandsInForFeatureProbeServer() throws Exception {
		try (TestBackEnd backEnd = TestBackEnd.start()) {
			TestBackEnd.Environment environment = backEnd.environment("srv-1");
			environment.segment("beta", segment("Oslo"));
			environment.toggle("checkout", toggle("checkout", "false,true", "beta"));
			environment.toggle("ui.theme", toggle("ui.theme", "'light','dark'", "beta"));
			backEnd.pair("cli-1", "srv-1");
			List<String> properties = List.of("realtime-push.featureprobe.enabled=true",
					"realtime-push.source.featureprobe.toggles-url=" + backEnd.togglesUrl(),
					"realtime-push.source.featureprobe.secrets-url=" + backEnd.secretsUrl());
			try (PushServer app = PushServer.startWithoutSource(properties.toArray(String[]::new));
					NodeSdk servers = NodeSdk.start("server-sdk.js", url(app) + "/server", "srv-1");
					NodeSdk client = NodeSdk.start("client-sdk.js", url(app) + "/server", "cli-1", "Oslo")) {
				servers.await("{\"anna\":true,\"ben\":false,\"theme\":\"dark\"}");
				client.await("{\"checkout\":true,\"theme\":\"dark\",\"secret\":\"none\"}");
				environment.toggle("checkout", null);
				servers.await("{\"anna\":false,\"ben\":false,\"theme\":\"dark\"}");
				client.await("{\"checkout\":false,\"theme\":\"dark\",\"secret\":\"none\"}");
				assertThat(client.lines())
					.doesNotContain("{\"checkout\":false,\"theme\":\"none\",\"secret\":\"none\"}");
			}
		}
	}

}
