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

import java.time.Instant;
import java.util.Map;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.protocol.ClientMessage;

/**
 * A session as listeners and interceptors see it.
 *
 * @param id opaque id of the session
 * @param key the SDK key of the login
 * @param flagSet the flag set that the key selects
 * @param transport name of the transport
 * @param client who the client says it is
 * @param peer where it comes from
 * @param since when it logged in
 * @since 0.1.0
 */
public record SessionInfo(String id, SdkKey key, FlagSetId flagSet, String transport, ClientMessage.ClientInfo client,
		Peer peer, Instant since) {

	/**
	 * Return what the client says about itself.
	 * @return its labels, which prove nothing
	 */
	public Map<String, String> labels() {
		return this.client.labels();
	}

}
