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

package io.realtimepush.transport.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.netty.util.NetUtil;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.MessageReader;
import io.realtimepush.protocol.ProtocolViolationException;
import io.realtimepush.protocol.SyncMode;
import io.realtimepush.session.Credential;
import io.realtimepush.session.Peer;
import io.realtimepush.session.PushRequest;
import io.realtimepush.session.SessionRejectedException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.MultiValueMap;
import org.springframework.util.StringUtils;
import org.springframework.web.cors.reactive.CorsUtils;

/**
 * Reads from an HTTP request who asks for what.
 *
 * @since 0.1.0
 */
public final class PushRequestReader {

	private static final String BEARER = "bearer ";

	/** A number of so many digits is a {@code long}. */
	private static final int MAX_DIGITS = 18;

	private final ServerHttpRequest request;

	private final MultiValueMap<String, String> query;

	private PushRequestReader(ServerHttpRequest request, MultiValueMap<String, String> query) {
		this.request = request;
		this.query = query;
	}

	/**
	 * Begin to read a request.
	 * @param request the request
	 * @return the reader
	 * @throws ProtocolViolationException if the query cannot be decoded
	 */
	public static PushRequestReader of(ServerHttpRequest request) {
		try {
			requireUtf8(request.getURI().getRawQuery());
			return new PushRequestReader(request, request.getQueryParams());
		}
		catch (IllegalArgumentException | ProtocolViolationException ex) {
			throw violation("the query is not percent-encoded UTF-8");
		}
	}

	/** The server puts a replacement character for what is not. */
	private static void requireUtf8(@Nullable String query) {
		if (query != null && query.indexOf('%') >= 0) {
			byte[] bytes = StringUtils.uriDecode(query, StandardCharsets.ISO_8859_1)
				.getBytes(StandardCharsets.ISO_8859_1);
			MessageReader.decode(ByteBuffer.wrap(bytes));
		}
	}

	/**
	 * Read credential and options.
	 * @param transport name of the transport
	 * @return the request
	 * @throws SessionRejectedException if there is more than one credential
	 * @throws ProtocolViolationException if an option cannot be read
	 */
	public PushRequest read(String transport) {
		return read(transport, position("position"));
	}

	/**
	 * Read credential and options, with a position that came by other means.
	 * @param transport name of the transport
	 * @param position the position the client is at
	 * @return the request
	 * @throws SessionRejectedException if there is more than one credential
	 * @throws ProtocolViolationException if an option cannot be read
	 */
	public PushRequest read(String transport, @Nullable FlagPosition position) {
		ClientMessage.Options options = new ClientMessage.Options(position, mode(), flags(), option("user"));
		String instance = option("instance");
		ClientMessage.ClientInfo client = (instance != null)
				? new ClientMessage.ClientInfo(MessageReader.instance(instance), null, Map.of())
				: ClientMessage.ClientInfo.NONE;
		return new PushRequest(transport, credential(), peer(), options, millis("heartbeat"), client);
	}

	/**
	 * Read where the request comes from.
	 * @return the peer
	 */
	public Peer peer() {
		return new Peer(address(this.request.getRemoteAddress()),
				this.request.getHeaders().getFirst(HttpHeaders.ORIGIN), !isCrossOrigin(this.request));
	}

	/**
	 * Return the address of a client.
	 * @param remote where a request comes from; one that a forwarded header names is not
	 * resolved, though it is an address as a rule
	 * @return the address, or {@code null} if there is only a name
	 */
	public static @Nullable InetAddress address(@Nullable InetSocketAddress remote) {
		if (remote == null || !remote.isUnresolved()) {
			return (remote != null) ? remote.getAddress() : null;
		}
		byte[] bytes = NetUtil.createByteArrayFromIpAddressString(remote.getHostString());
		try {
			return (bytes != null) ? InetAddress.getByAddress(bytes) : null;
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException("an address has 4 or 16 bytes", ex);
		}
	}

	static boolean isCrossOrigin(ServerHttpRequest request) {
		try {
			return CorsUtils.isCorsRequest(request);
		}
		catch (IllegalArgumentException ex) {
			return true;
		}
	}

	private @Nullable Credential credential() {
		List<Credential> credentials = new ArrayList<>(1);
		this.request.getHeaders()
			.getOrEmpty(HttpHeaders.AUTHORIZATION)
			.forEach((header) -> credentials.add(new Credential(withoutScheme(header), false)));
		this.query.getOrDefault("access_token", List.of())
			.forEach((token) -> credentials.add(new Credential(String.valueOf(token), true)));
		if (credentials.size() > 1) {
			throw new SessionRejectedException(CloseReason.SEVERAL_CREDENTIALS,
					"send one credential, in the Authorization header or as access_token");
		}
		return credentials.isEmpty() ? null : credentials.get(0);
	}

	private static String withoutScheme(String header) {
		String value = header.trim();
		return value.toLowerCase(Locale.ROOT).startsWith(BEARER) ? value.substring(BEARER.length()).trim() : value;
	}

	private @Nullable SyncMode mode() {
		String name = option("mode");
		SyncMode mode = (name != null) ? SyncMode.ofWireName(name) : null;
		if (name != null && mode == null) {
			throw violation("'mode' must be delta, snapshot or notify");
		}
		return mode;
	}

	private @Nullable List<String> flags() {
		List<String> flags = this.query.get("flags");
		if (flags == null) {
			return null;
		}
		// An option without '=' has no value
		List<String> patterns = flags.stream().map((pattern) -> Objects.requireNonNullElse(pattern, "")).toList();
		MessageReader.filter(patterns);
		return patterns;
	}

	/**
	 * Read a position.
	 * @param name name of the option
	 * @return the position, or {@code null} if the option is absent
	 * @throws ProtocolViolationException if it cannot be read
	 */
	public @Nullable FlagPosition position(String name) {
		String text = option(name);
		try {
			return (text != null) ? FlagPosition.parse(text) : null;
		}
		catch (IllegalArgumentException ex) {
			throw violation("'" + name + "' must be '<epoch>:<version>'");
		}
	}

	/**
	 * Read a duration.
	 * @param name name of the option
	 * @return the duration in milliseconds, or {@code null} if the option is absent
	 * @throws ProtocolViolationException if it is no whole number of at least 0
	 */
	public @Nullable Long millis(String name) {
		String text = option(name);
		if (text == null) {
			return null;
		}
		if (text.isEmpty() || !text.chars().allMatch((c) -> c >= '0' && c <= '9')) {
			throw violation("'" + name + "' must be a whole number of milliseconds, at least 0");
		}
		// Whatever is longer is cut to the range of the option
		return (text.length() <= MAX_DIGITS) ? Long.parseLong(text) : Long.MAX_VALUE;
	}

	/**
	 * Read what a client draws its lot with where only a share of clients is told
	 * something.
	 * @return the seed, or {@code null} if there is none
	 * @throws ProtocolViolationException if it is given more than once
	 */
	@Nullable String seed() {
		return option("seed");
	}

	private @Nullable String option(String name) {
		List<String> values = this.query.getOrDefault(name, List.of());
		if (values.size() > 1) {
			throw violation("'" + name + "' is given " + values.size() + " times");
		}
		return values.isEmpty() ? null : values.get(0);
	}

	private static ProtocolViolationException violation(String message) {
		return new ProtocolViolationException(CloseReason.BAD_REQUEST, message);
	}

}
