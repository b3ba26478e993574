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

package io.realtimepush.benchmarks.socketio;

import java.io.IOException;
import java.net.InetSocketAddress;

import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketIOServer;
import com.corundumstudio.socketio.Transport;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * Socket.IO on Netty, with one room.
 *
 * @since 0.1.0
 */
public final class SocketIoServer {

	private static final ObjectMapper JSON = new ObjectMapper();

	private static final String ROOM = "key";

	private static final int BACKLOG = 4096;

	private static final int NO_CONTENT = 204;

	private SocketIoServer() {
	}

	/**
	 * Run the server until it is killed.
	 * @param args the port, where changes are published to the one above, and the number
	 * of event loops
	 * @throws IOException if the second port cannot be bound
	 */
	public static void main(String[] args) throws IOException {
		int port = Integer.parseInt(args[0]);
		SocketIOServer server = new SocketIOServer(configuration(port, Integer.parseInt(args[1])));
		server.addConnectListener((client) -> client.joinRoom(ROOM));
		server.start();
		HttpServer http = HttpServer.create(new InetSocketAddress("127.0.0.1", port + 1), 0);
		http.createContext("/publish", (exchange) -> publish(server, exchange));
		http.start();
	}

	private static Configuration configuration(int port, int threads) {
		Configuration configuration = new Configuration();
		configuration.setHostname("127.0.0.1");
		configuration.setPort(port);
		configuration.setWorkerThreads(threads);
		configuration.setTransports(Transport.WEBSOCKET);
		configuration.setUseLinuxNativeEpoll(true);
		configuration.setWebsocketCompression(false);
		configuration.getSocketConfig().setAcceptBackLog(BACKLOG);
		configuration.getSocketConfig().setTcpNoDelay(true);
		return configuration;
	}

	private static void publish(SocketIOServer server, HttpExchange exchange) throws IOException {
		JsonNode change = JSON.readTree(exchange.getRequestBody());
		server.getRoomOperations(ROOM).sendEvent("change", change);
		exchange.sendResponseHeaders(NO_CONTENT, -1);
		exchange.close();
	}

}
