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

import io.realtimepush.protocol.ClientMessage;
import org.jspecify.annotations.Nullable;

/**
 * A client asks to be let in.
 *
 * @param transport name of the transport, for listeners and meters
 * @param credential what the client shows, or {@code null} if nothing
 * @param peer where the request comes from
 * @param options wishes for the first subscription
 * @param heartbeat wished heartbeat interval in milliseconds
 * @param client who the client says it is
 * @since 0.1.0
 */
public record PushRequest(String transport, @Nullable Credential credential, Peer peer, ClientMessage.Options options,
		@Nullable Long heartbeat, ClientMessage.ClientInfo client) {

	/**
	 * Add what a {@code hello} says; its fields win over those of the request.
	 * @param hello the message
	 * @return the completed request
	 */
	PushRequest with(ClientMessage.Hello hello) {
		ClientMessage.Options first = this.options;
		ClientMessage.Options later = hello.options();
		ClientMessage.Options merged = new ClientMessage.Options(
				(later.position() != null) ? later.position() : first.position(),
				(later.mode() != null) ? later.mode() : first.mode(),
				(later.flags() != null) ? later.flags() : first.flags(),
				(later.user() != null) ? later.user() : first.user());
		return new PushRequest(this.transport, new Credential(hello.key(), false), this.peer, merged,
				(hello.heartbeat() != null) ? hello.heartbeat() : this.heartbeat,
				(hello.client() != null) ? hello.client() : this.client);
	}

	/**
	 * Return the request for one more subscription on the same connection.
	 * @param subscribe the message
	 * @return the request with the other key and options
	 */
	PushRequest with(ClientMessage.Subscribe subscribe) {
		return new PushRequest(this.transport, new Credential(subscribe.key(), false), this.peer, subscribe.options(),
				this.heartbeat, this.client);
	}

}
