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

package io.realtimepush.sample;

import java.net.URI;
import java.time.Instant;
import java.util.Map;

import io.realtimepush.client.ClientStatus;
import io.realtimepush.client.PushClient;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.Flags;
import io.realtimepush.flags.FlagsStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Profile;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells the page of the client app how its connection is, and which flags it has.
 */
@RestController
@Profile("client")
class ClientController {

	private final PushClient client;

	private final Flags flags;

	ClientController(PushClient client, Flags flags) {
		this.client = client;
		this.flags = flags;
	}

	@GetMapping("/api/client")
	ClientView client() {
		return ClientView.of(this.client.status(), this.flags.status(),
				this.client.feeds().primary().snapshot().orElse(null));
	}

	/**
	 * How the client app is.
	 *
	 * @param state the state of the connection
	 * @param since since when it is that
	 * @param reason why
	 * @param endpoint the server, if there is a connection to one
	 * @param transport what the connection runs over
	 * @param source where the flags come from
	 * @param position the position of the flag set
	 * @param flags the values by flag key
	 */
	record ClientView(ClientStatus.State state, Instant since, String reason, @Nullable URI endpoint,
			@Nullable String transport, FlagsStatus source, @Nullable String position, Map<String, FlagValue> flags) {

		static ClientView of(ClientStatus status, FlagsStatus source, @Nullable FlagSnapshot snapshot) {
			return new ClientView(status.state(), status.since(), status.reason(), status.endpoint(),
					status.transport(), source, (snapshot != null) ? snapshot.position().toString() : null,
					(snapshot != null) ? snapshot.flags().asMap() : Map.of());
		}

	}

}
