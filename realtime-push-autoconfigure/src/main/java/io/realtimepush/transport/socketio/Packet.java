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

package io.realtimepush.transport.socketio;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A packet of a client.
 *
 * @param type the type
 * @param namespace the namespace, as the client has spelt it
 * @param id number of the acknowledgement, or -1 if there is none
 * @param data what it carries, or {@code null} if that is nothing
 * @param attachments how many binary messages follow
 * @param size about how many bytes the packet has
 */
record Packet(PacketType type, String namespace, long id, @Nullable JsonNode data, int attachments, int size) {

	static final long WITHOUT_ID = -1;

}
