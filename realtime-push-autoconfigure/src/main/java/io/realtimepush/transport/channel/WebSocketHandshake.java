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

package io.realtimepush.transport.channel;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * The opening handshake (RFC 6455, section 4.2) of a WebSocket.
 *
 * @since 0.1.0
 */
public final class WebSocketHandshake {

	private static final String VERSION = "13";

	private static final String KEY = "Sec-WebSocket-Key";

	private static final String VERSION_HEADER = "Sec-WebSocket-Version";

	/**
	 * The header with the subprotocols that a client offers, or that was selected.
	 */
	public static final String PROTOCOL = "Sec-WebSocket-Protocol";

	/** What is hashed with the key of the client (RFC 6455, section 1.3). */
	private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

	private WebSocketHandshake() {
	}

	/**
	 * Check the request.
	 * @param exchange the exchange
	 * @return what is wrong if it is no upgrade to a WebSocket, else {@code null}
	 */
	public static @Nullable String refusal(ServerWebExchange exchange) {
		HttpHeaders headers = exchange.getRequest().getHeaders();
		String key = headers.getFirst(KEY);
		if (!"websocket".equalsIgnoreCase(headers.getUpgrade())
				|| headers.getConnection().stream().noneMatch("upgrade"::equalsIgnoreCase) || key == null
				|| key.isBlank()) {
			return "this endpoint expects a WebSocket upgrade";
		}
		if (!VERSION.equals(headers.getFirst(VERSION_HEADER))) {
			exchange.getResponse().getHeaders().set(VERSION_HEADER, VERSION);
			return VERSION_HEADER + " must be " + VERSION;
		}
		return null;
	}

	/**
	 * Choose a subprotocol.
	 * @param exchange the exchange
	 * @param spoken the subprotocols that are spoken
	 * @return the first of those that the client offers, as it prefers them, or
	 * {@code null} if it offers none
	 */
	public static @Nullable String subprotocol(ServerWebExchange exchange, List<String> spoken) {
		return exchange.getRequest()
			.getHeaders()
			.getOrEmpty(PROTOCOL)
			.stream()
			.flatMap((header) -> Arrays.stream(header.split(",")))
			.map(String::trim)
			.filter(spoken::contains)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Agree to the upgrade.
	 * @param exchange the exchange
	 * @param subprotocol the subprotocol to answer, or {@code null}
	 * @param deflate what was agreed upon for compression, or {@code null} if nothing was
	 */
	public static void accept(ServerWebExchange exchange, @Nullable String subprotocol,
			@Nullable DeflateAgreement deflate) {
		ServerHttpResponse response = exchange.getResponse();
		HttpHeaders request = exchange.getRequest().getHeaders();
		HttpHeaders headers = response.getHeaders();
		response.setStatusCode(HttpStatus.SWITCHING_PROTOCOLS);
		headers.setUpgrade("websocket");
		headers.setConnection("Upgrade");
		headers.set("Sec-WebSocket-Accept", answer(String.valueOf(request.getFirst(KEY))));
		if (subprotocol != null) {
			headers.set(PROTOCOL, subprotocol);
		}
		if (deflate != null) {
			deflate.write(headers);
		}
	}

	private static String answer(String key) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
			return Base64.getEncoder().encodeToString(hash);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every JDK has SHA-1", ex);
		}
	}

}
