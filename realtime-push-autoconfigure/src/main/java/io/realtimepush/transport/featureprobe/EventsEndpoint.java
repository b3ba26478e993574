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

import java.util.List;

import io.realtimepush.featureprobe.EventReport;
import io.realtimepush.featureprobe.EventSink;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.session.Identity;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.transport.http.BodyReader;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Mono;

import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Takes what SDKs report, with keys of either kind.
 */
final class EventsEndpoint implements FeatureProbeEndpoint {

	private static final Log logger = LogFactory.getLog(EventsEndpoint.class);

	private static final byte[] NOTHING = {};

	private final PushHandler handler;

	private final List<EventSink> sinks;

	private final int maxBytes;

	EventsEndpoint(PushHandler handler, List<EventSink> sinks, int maxBytes) {
		this.handler = handler;
		this.sinks = List.copyOf(sinks);
		this.maxBytes = maxBytes;
	}

	@Override
	public Mono<byte[]> handle(ServerHttpRequest request) {
		// The key first, so that nobody unknown has a body read
		return this.handler.identify(SdkRequest.read(request))
			.flatMap((identity) -> BodyReader.read(request, this.maxBytes)
				.doOnNext((body) -> tell(report(request, identity, body))))
			.thenReturn(NOTHING);
	}

	private static EventReport report(ServerHttpRequest request, Identity identity, String body) {
		try {
			List<FlagValue> batches = EventReport.readBatches(body);
			return new EventReport(identity.details().key(), identity.details().flagSet(),
					SdkRequest.sdk(request.getHeaders()), batches);
		}
		catch (IllegalArgumentException ex) {
			throw new SessionRejectedException(CloseReason.BAD_REQUEST, String.valueOf(ex.getMessage()));
		}
	}

	private void tell(EventReport report) {
		for (EventSink sink : this.sinks) {
			try {
				sink.accept(report);
			}
			catch (RuntimeException ex) {
				logger.warn("event sink " + sink.getClass().getName() + " failed", ex);
			}
		}
	}

}
