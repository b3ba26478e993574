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

package io.realtimepush.transport.featureprobe;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.function.BiFunction;

import io.realtimepush.featureprobe.FlagUser;
import io.realtimepush.featureprobe.RepositoryWriter;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.hub.ViewState;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.session.Identity;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.SessionRejectedException;
import reactor.core.publisher.Mono;

import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * What is read: repositories for server keys, values and definitions of events for client
 * keys. A key of the other kind is answered as one that is not known.
 * <p>
 * A server that drains goes on answering, because some SDKs forget all flags when they
 * are refused.
 */
final class TogglesEndpoints {

	private static final byte[] EMPTY_OBJECT = "{}".getBytes(StandardCharsets.UTF_8);

	private static final byte[] EMPTY_REPOSITORY = RepositoryWriter.empty();

	private final PushHandler handler;

	private final Repositories repositories;

	private final Clock clock;

	TogglesEndpoints(PushHandler handler, Repositories repositories, Clock clock) {
		this.handler = handler;
		this.repositories = repositories;
		this.clock = clock;
	}

	Mono<byte[]> serverToggles(ServerHttpRequest request) {
		return read(request, SdkKey.Kind.SERVER, EMPTY_REPOSITORY,
				(identity, state) -> this.repositories.document(state));
	}

	Mono<byte[]> clientToggles(ServerHttpRequest request) {
		FlagUser user = user(request);
		return read(request, SdkKey.Kind.CLIENT, EMPTY_OBJECT,
				(identity, state) -> RepositoryWriter.writeFor(this.repositories.repository(state), user,
						identity.details().visible()::matches, this.clock.millis() / 1000));
	}

	Mono<byte[]> eventDefinitions(ServerHttpRequest request) {
		return read(request, SdkKey.Kind.CLIENT, EMPTY_OBJECT,
				(identity, state) -> RepositoryWriter.writeEvents(this.repositories.repository(state)));
	}

	private Mono<byte[]> read(ServerHttpRequest request, SdkKey.Kind kind, byte[] unknown,
			BiFunction<Identity, ViewState, byte[]> answer) {
		return this.handler.read(SdkRequest.read(request), this::needed, (identity, state) -> {
			boolean allowed = identity.details().key().kind() == kind;
			return allowed ? answer.apply(identity, state) : unknown;
		})
			.onErrorResume(SessionRejectedException.class,
					(ex) -> (ex.closeReason() == CloseReason.UNAUTHORIZED) ? Mono.just(unknown) : Mono.error(ex));
	}

	/**
	 * A toggle that a client may see can depend on what it may not see, so whatever has
	 * to be evaluated for it is read whole. No more than values leave here.
	 */
	private FlagFilter needed(Identity identity) {
		boolean evaluated = identity.details().key().kind() == SdkKey.Kind.CLIENT
				&& this.repositories.hasDocuments(identity.details().flagSet());
		return evaluated ? FlagFilter.all() : identity.details().visible();
	}

	private static FlagUser user(ServerHttpRequest request) {
		String text = request.getQueryParams().getFirst("user");
		try {
			return FlagUser.ofBase64((text != null) ? text : "");
		}
		catch (IllegalArgumentException ex) {
			throw new SessionRejectedException(CloseReason.BAD_REQUEST, String.valueOf(ex.getMessage()));
		}
	}

}
