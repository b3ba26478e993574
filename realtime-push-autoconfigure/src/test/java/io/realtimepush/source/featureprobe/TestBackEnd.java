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

package io.realtimepush.source.featureprobe;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A back end on a port of the loopback interface that answers as FeatureProbe's does.
 */
public final class TestBackEnd implements AutoCloseable {

	private final Map<String, Environment> environments = new ConcurrentHashMap<>();

	private final Map<String, String> secrets = new ConcurrentHashMap<>();

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final DisposableServer server;

	private volatile long secretsVersion = 1;

	private volatile int status = 200;

	private volatile @Nullable String body;

	private TestBackEnd() {
		this.server = HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.route((routes) -> routes.get("/internal/server/toggles", this::toggles)
				.get("/internal/server/sdk_keys", this::keys)
				.get("/internal/all_secrets", this::bareKeys))
			.bindNow();
	}

	public static TestBackEnd start() {
		return new TestBackEnd();
	}

	private Publisher<Void> toggles(HttpServerRequest request, HttpServerResponse response) {
		String key = String.valueOf(request.requestHeaders().get("Authorization"));
		this.requests.add(key + " " + request.uri());
		if (this.status != 200) {
			return response.status(this.status).send();
		}
		String text = this.body;
		if (text != null) {
			return response.sendString(Mono.just(text));
		}
		Environment environment = this.environments.get(key);
		if (environment == null) {
			return response.status(404).send();
		}
		String document = environment.document(version(request));
		return (document != null) ? response.sendString(Mono.just(document)) : response.status(406).send();
	}

	private Publisher<Void> keys(HttpServerRequest request, HttpServerResponse response) {
		if (this.status != 200) {
			return response.status(this.status).send();
		}
		if (version(request) >= this.secretsVersion) {
			return response.status(406).send();
		}
		return response
			.sendString(Mono.just("{\"version\":" + this.secretsVersion + ",\"mapping\":" + mapping() + "}"));
	}

	private Publisher<Void> bareKeys(HttpServerRequest request, HttpServerResponse response) {
		return response.sendString(Mono.just(mapping()));
	}

	private String mapping() {
		StringBuilder json = new StringBuilder();
		this.secrets.forEach((client, server) -> json.append(json.isEmpty() ? "" : ",")
			.append('"' + client + "\":\"" + server + '"'));
		return "{" + json + "}";
	}

	private static long version(HttpServerRequest request) {
		int at = request.uri().indexOf("version=");
		return (at >= 0) ? Long.parseLong(request.uri().substring(at + 8)) : -1;
	}

	public String togglesUrl() {
		return "http://127.0.0.1:" + this.server.port() + "/internal/server/toggles";
	}

	public String secretsUrl() {
		return "http://127.0.0.1:" + this.server.port() + "/internal/server/sdk_keys";
	}

	FeatureProbeBackEnd client(@Nullable String secretsPath, int maxBytes) {
		return new FeatureProbeBackEnd(URI.create(togglesUrl()),
				(secretsPath != null) ? URI.create(togglesUrl()).resolve(secretsPath) : null, Duration.ofSeconds(10),
				maxBytes);
	}

	public Environment environment(String serverKey) {
		return this.environments.computeIfAbsent(serverKey, (key) -> new Environment());
	}

	void forget(String serverKey) {
		this.environments.remove(serverKey);
	}

	public void pair(String clientKey, String serverKey) {
		this.secrets.put(clientKey, serverKey);
		this.secretsVersion++;
	}

	void unpair(String clientKey) {
		this.secrets.remove(clientKey);
		this.secretsVersion++;
	}

	/** Answer everything with a status. */
	public void fail(int answer) {
		this.status = answer;
	}

	/** Answer toggles with a text. */
	void answer(@Nullable String text) {
		this.body = text;
	}

	List<String> requests() {
		return this.requests;
	}

	@Override
	public void close() {
		this.server.disposeNow();
	}

	/**
	 * The toggles of one environment.
	 */
	public static final class Environment {

		private final Map<String, FlagValue> toggles = new TreeMap<>();

		private final Map<String, FlagValue> segments = new TreeMap<>();

		private long version;

		synchronized @Nullable String document(long known) {
			if (known >= this.version) {
				return null;
			}
			return "{\"segments\":" + json(this.segments) + ",\"toggles\":" + json(this.toggles) + ",\"events\":{}"
					+ ",\"version\":" + this.version + ",\"debugUntilTime\":null}";
		}

		private static String json(Map<String, FlagValue> values) {
			StringBuilder json = new StringBuilder();
			values.forEach((key, value) -> json.append(json.isEmpty() ? "" : ",")
				.append(FlagValue.of(key))
				.append(':')
				.append(value));
			return "{" + json + "}";
		}

		public synchronized void toggle(String key, @Nullable FlagValue toggle) {
			if (toggle != null) {
				this.toggles.put(key, toggle);
			}
			else {
				this.toggles.remove(key);
			}
			this.version++;
		}

		public synchronized void segment(String id, FlagValue segment) {
			this.segments.put(id, segment);
			this.version++;
		}

		synchronized void version(long present) {
			this.version = present;
		}

	}

}
