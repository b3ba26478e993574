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

import java.util.Arrays;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.hub.ViewState;
import io.realtimepush.hub.ViewUpdate;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.SyncMode;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushRequest;
import io.realtimepush.session.UpdateForm;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * Answers one pull of the flag set.
 *
 * @since 0.1.0
 */
public final class PullEndpoint implements PushEndpoint {

	private static final UpdateForm FORM = new UpdateForm(SyncMode.DELTA, null);

	private final PushHandler handler;

	private final Broadcaster broadcaster;

	/**
	 * Create the endpoint.
	 * @param handler checks the key and finds the flags
	 * @param broadcaster has them encoded
	 */
	public PullEndpoint(PushHandler handler, Broadcaster broadcaster) {
		this.handler = handler;
		this.broadcaster = broadcaster;
	}

	@Override
	public String name() {
		return "flags";
	}

	@Override
	public HttpMethod method() {
		return HttpMethod.GET;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		PushRequestReader reader = PushRequestReader.of(exchange.getRequest());
		PushRequest request = reader.read("pull");
		FlagPosition position = request.options().position();
		FlagPosition min = later(reader.position("min"), position);
		// Where the client says it is was waited for, so whoever answers less is sure of
		// it
		boolean decided = min != null && min.equals(position);
		return this.handler.read(request, min, (state) -> answer(exchange, state, position, decided))
			.flatMap((answer) -> answer);
	}

	/**
	 * A client must not be sent back, so where it is is the least it is answered with.
	 */
	private static @Nullable FlagPosition later(@Nullable FlagPosition min, @Nullable FlagPosition position) {
		return (min == null || (position != null && position.isAheadOf(min))) ? position : min;
	}

	private Mono<Void> answer(ServerWebExchange exchange, ViewState state, @Nullable FlagPosition position,
			boolean decided) {
		ServerHttpResponse response = exchange.getResponse();
		String etag = "\"" + state.position() + "\"";
		HttpHeaders headers = response.getHeaders();
		headers.setETag(etag);
		headers.setCacheControl("private, no-cache");
		headers.addAll(HttpHeaders.VARY, List.of(HttpHeaders.AUTHORIZATION, HttpHeaders.ACCEPT_ENCODING));
		if (matches(exchange.getRequest().getHeaders().getOrEmpty(HttpHeaders.IF_NONE_MATCH), etag)) {
			response.setStatusCode(HttpStatus.NOT_MODIFIED);
			return response.setComplete();
		}
		JsonFormat format = JsonFormat.of(exchange.getRequest().getHeaders());
		ByteBuf body = encode(state, position, decided, format);
		body.readerIndex(JsonFormat.bodyIndex(body));
		headers.setContentType(MediaType.APPLICATION_JSON);
		format.describe(body, headers);
		return BodyWriter.write(response, body);
	}

	private ByteBuf encode(ViewState state, @Nullable FlagPosition position, boolean decided, JsonFormat format) {
		ViewUpdate update = state.since(position);
		if (decided && update.kind() == ViewUpdate.Kind.AHEAD) {
			return format.encode(new ServerMessage.Snapshot(state.snapshot(), true, null), ByteBufAllocator.DEFAULT);
		}
		boolean delta = update.kind() == ViewUpdate.Kind.DELTA || update.kind() == ViewUpdate.Kind.HIDDEN;
		return this.broadcaster.encode(delta ? update : state.whole(), FORM, format);
	}

	/** Our tags hold no comma, and those that cannot be read are not ours. */
	private static boolean matches(List<String> headers, String etag) {
		return headers.stream()
			.flatMap((header) -> Arrays.stream(header.split(",")))
			.map(String::trim)
			.anyMatch((tag) -> tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag));
	}

}
