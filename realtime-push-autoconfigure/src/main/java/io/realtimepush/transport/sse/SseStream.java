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

package io.realtimepush.transport.sse;

import java.util.concurrent.Executor;

import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.transport.stream.FrameOutlet;
import io.realtimepush.transport.stream.StreamConnection;
import org.jspecify.annotations.Nullable;

/**
 * An event stream that the web server goes on serving.
 */
final class SseStream extends StreamConnection {

	SseStream(Broadcaster broadcaster, SseFormat format, Executor executor, FrameOutlet outlet) {
		super(broadcaster, format, executor, outlet);
	}

	@Override
	public void close(CloseReason reason, @Nullable String detail) {
		send(new ServerMessage.Closed(reason, null));
		complete();
	}

}
