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

package io.realtimepush.endtoend;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.MessageEncoding;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The client over WebSocket.
 */
class WebSocketClientTests extends ClientContract {

	@Override
	String transport() {
		return "websocket";
	}

	@Test
	void cborIsSpokenWhereTheServerCan() {
		FlagSetId flagSet = FlagSetId.of(PushServer.FLAG_SET);
		InMemoryFlagSource source = new InMemoryFlagSource();
		source.update(flagSet, Map.of("price", FlagValue.ofJson("1.50"), "text", FlagValue.of("ü")), Set.of());
		MessageEncoding cbor = Objects.requireNonNull(MessageEncoding.cbor());
		try (PushServer server = PushServer.start(source);
				TestClient client = TestClient.start(server.port(),
						TestClient.environment("websocket").withEncoding(cbor), UnaryOperator.identity())) {
			client.awaitLive();
			assertThat(client.value("price")).isEqualTo("1.50");
			assertThat(client.value("text")).isEqualTo("\"ü\"");
			source.set(flagSet, "price", FlagValue.ofJson("-2.00e-3"));
			client.awaitValue("price", "-0.00200");
			client.assertOnlyForward();
		}
	}

}
