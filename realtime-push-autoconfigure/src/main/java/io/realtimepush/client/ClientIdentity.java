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

package io.realtimepush.client;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

import io.realtimepush.protocol.ClientMessage;

/**
 * Who a client says it is.
 *
 * @param instance a random name, of this client only
 * @param sdk name and version of this library
 * @param labels what the app says about itself
 */
record ClientIdentity(String instance, String sdk, Map<String, String> labels) {

	private static final int INSTANCE_BYTES = 16;

	/**
	 * Create the identity of a new client.
	 * @param labels what the app says about itself
	 * @return an identity that no other client has
	 */
	static ClientIdentity create(Map<String, String> labels) {
		byte[] random = new byte[INSTANCE_BYTES];
		new SecureRandom().nextBytes(random);
		String version = ClientIdentity.class.getPackage().getImplementationVersion();
		return new ClientIdentity(HexFormat.of().formatHex(random), "java/" + ((version != null) ? version : "dev"),
				labels);
	}

	ClientMessage.ClientInfo info() {
		return new ClientMessage.ClientInfo(this.instance, this.sdk, this.labels);
	}

	/**
	 * Return what is said by a connection that is not the client's session.
	 */
	ClientMessage.ClientInfo anonymous() {
		return new ClientMessage.ClientInfo(null, this.sdk, Map.of());
	}

}
