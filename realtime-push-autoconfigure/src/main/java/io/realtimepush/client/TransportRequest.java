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

import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;

import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.SubscriptionLookup;
import org.jspecify.annotations.Nullable;

/**
 * What a transport needs to open a connection.
 *
 * @param endpoint the base URL of the server
 * @param credential the SDK key or the present access token
 * @param options the wishes for the first subscription
 * @param heartbeat the wished heartbeat interval, or {@code null} to leave it to the
 * server
 * @param client who is there
 * @param subscriptions the subscriptions of the client, to be asked on the client's loop
 * @since 0.1.0
 */
public record TransportRequest(URI endpoint, Supplier<String> credential, ClientMessage.Options options,
		@Nullable Duration heartbeat, ClientMessage.ClientInfo client, SubscriptionLookup subscriptions) {

}
