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

package io.realtimepush.transport.socketio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Speaks Engine.IO by hand.
 */
public final class EngineClient {

	private final SocketIoTestServer server;

	private final String path;

	private final HttpClient http;

	public EngineClient(SocketIoTestServer server, String path) {
		this(server, path, server.http());
	}

	/**
	 * Create a client that shares connections only with those of the same HTTP client.
	 */
	public EngineClient(SocketIoTestServer server, String path, HttpClient http) {
		this.server = server;
		this.path = path;
		this.http = http;
	}

	private HttpRequest.Builder request(String query) {
		return HttpRequest.newBuilder(this.server.uri(this.path + query)).timeout(SocketIoTestServer.TIMEOUT);
	}

	private HttpResponse<String> send(HttpRequest request) {
		try {
			return this.http.send(request, BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Open a session. */
	public JsonNode handshake() {
		String packet = get("?EIO=4&transport=polling").body();
		if (!packet.startsWith("0")) {
			throw new AssertionError("no OPEN packet: " + packet);
		}
		return JsonMapper.shared().readTree(packet.substring(1));
	}

	public String open() {
		return handshake().path("sid").asString();
	}

	public HttpResponse<String> get(String query) {
		return send(request(query).build());
	}

	public HttpResponse<String> method(String method, String query) {
		return send(request(query).method(method, HttpRequest.BodyPublishers.noBody()).build());
	}

	private static String polling(String sid) {
		return "?EIO=4&transport=polling&sid=" + sid;
	}

	public HttpResponse<String> poll(String sid) {
		return get(polling(sid));
	}

	public CompletableFuture<HttpResponse<String>> pollAsync(String sid) {
		return this.http.sendAsync(request(polling(sid)).build(), BodyHandlers.ofString());
	}

	public HttpResponse<String> post(String sid, String body) {
		return send(request(polling(sid)).POST(HttpRequest.BodyPublishers.ofString(body)).build());
	}

	public CompletableFuture<HttpResponse<String>> postAsync(String sid, HttpRequest.BodyPublisher body) {
		return this.http.sendAsync(request(polling(sid)).POST(body).build(), BodyHandlers.ofString());
	}

	public HttpResponse<String> postAs(String sid, String contentType, String body) {
		return send(request(polling(sid)).header("Content-Type", contentType)
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build());
	}

	/** Open a WebSocket; the first message is the OPEN packet. */
	public TestWebSocket webSocket() {
		return webSocket("?EIO=4&transport=websocket");
	}

	/** Open a WebSocket, and read the OPEN packet. */
	public TestWebSocket openWebSocket() {
		TestWebSocket socket = webSocket();
		socket.next();
		return socket;
	}

	/** Open a WebSocket for a session that there is. */
	public TestWebSocket upgrade(String sid) {
		return webSocket("?EIO=4&transport=websocket&sid=" + sid);
	}

	public TestWebSocket webSocket(String query) {
		return TestWebSocket.open(this.http, this.server.webSocketUri(this.path + query));
	}

}
