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

package io.realtimepush.session;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeoutException;

import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.ServerMessage;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Has requests answered, each exactly once.
 *
 * @param handlers who answers, in their order, fallbacks last
 * @param timeout longest time for an answer
 * @param timer for the time-out
 */
record ClientRequests(List<ClientRequestHandler> handlers, Duration timeout, Scheduler timer) {

	private static final Log logger = LogFactory.getLog(ClientRequests.class);

	ClientRequests {
		handlers = handlers.stream().sorted(Comparator.comparing(ClientRequestHandler::isFallback)).toList();
	}

	/**
	 * Answer a request.
	 * @return the response, never an error
	 */
	Mono<ServerMessage.Response> answer(SessionInfo session, ClientMessage.Request request) {
		return Mono.defer(() -> handle(new ClientRequest(session, request.method(), request.payload())))
			.timeout(this.timeout, this.timer)
			.defaultIfEmpty(FlagValue.NULL)
			.map((payload) -> new ServerMessage.Response(request.id(), payload, null))
			.onErrorResume((ex) -> Mono.just(failed(request, error(request.method(), ex))));
	}

	private Mono<FlagValue> handle(ClientRequest request) {
		for (ClientRequestHandler handler : this.handlers) {
			if (handler.handles(request.method())) {
				return handler.handle(request);
			}
		}
		return Mono
			.error(() -> new ClientRequestException("unknown_method", "there is no method of this name on the server"));
	}

	static ServerMessage.Response failed(ClientMessage.Request request, ServerMessage.RequestError error) {
		return new ServerMessage.Response(request.id(), FlagValue.NULL, error);
	}

	private ServerMessage.RequestError error(String method, Throwable ex) {
		if (ex instanceof ClientRequestException refused) {
			return new ServerMessage.RequestError(refused.code(), String.valueOf(refused.getMessage()));
		}
		if (ex instanceof TimeoutException) {
			return new ServerMessage.RequestError("request_timeout",
					"no answer within " + this.timeout.toMillis() + "ms");
		}
		logger.error("request '" + method + "' of a client failed", ex);
		return new ServerMessage.RequestError("request_failed", "the method failed on the server");
	}

}
