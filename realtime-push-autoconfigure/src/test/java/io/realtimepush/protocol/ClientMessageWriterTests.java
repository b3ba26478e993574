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

package io.realtimepush.protocol;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagValue;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ClientMessageWriter}, with the text of every message.
 */
class ClientMessageWriterTests {

	private static final FlagPosition POSITION = new FlagPosition("k7f3", 42);

	private static final ClientMessage.Options NONE = new ClientMessage.Options(null, null, null);

	private static final ClientMessage.Ack ACK = new ClientMessage.Ack(POSITION, true, 3L, null, null);

	@ParameterizedTest
	@MethodSource("messages")
	void messageIsWrittenAsAgreed(ClientMessage message, String json) {
		assertThat(write(message)).isEqualTo(json);
	}

	static Stream<Arguments> messages() {
		ClientMessage.Options all = new ClientMessage.Options(POSITION, SyncMode.NOTIFY, List.of("ui.*"));
		ClientMessage.ClientInfo client = new ClientMessage.ClientInfo("9b2f6c1e7a4d40c8", "java/1.0.0",
				Map.of("region", "eu"));
		return Stream.of(Arguments.of(new ClientMessage.Hello("sdk-1", NONE, null, null), """
				{"type":"hello","key":"sdk-1"}"""), Arguments.of(new ClientMessage.Hello("sdk-1", all, 15_000L, client),
				"""
						{"type":"hello","key":"sdk-1","position":"k7f3:42","mode":"notify","flags":["ui.*"],"heartbeat":15000,\
						"client":{"instance":"9b2f6c1e7a4d40c8","sdk":"java/1.0.0","labels":{"region":"eu"}}}"""),
				Arguments.of(new ClientMessage.Subscribe("ui", "sdk-2", all),
						"""
								{"type":"subscribe","sub":"ui","key":"sdk-2","position":"k7f3:42","mode":"notify","flags":["ui.*"]}"""),
				Arguments.of(new ClientMessage.Unsubscribe("ui"), """
						{"type":"unsubscribe","sub":"ui"}"""), Arguments.of(new ClientMessage.Resync(null, null), """
						{"type":"resync"}"""), Arguments.of(new ClientMessage.Resync(POSITION, "ui"), """
						{"type":"resync","sub":"ui","position":"k7f3:42"}"""), Arguments.of(ACK, """
						{"type":"ack","epoch":"k7f3","version":42,"status":"applied","took":3}"""),
				Arguments.of(new ClientMessage.Ack(POSITION, false, null, "boom", "ui"), """
						{"type":"ack","sub":"ui","epoch":"k7f3","version":42,"status":"failed","error":"boom"}"""),
				Arguments.of(ACK.of(250), """
						{"type":"ack","epoch":"k7f3","version":42,"status":"applied","took":3,"clients":250}"""),
				Arguments.of(new ClientMessage.Request("r1", "price", FlagValue.ofJson("{\"sku\":1}")), """
						{"type":"request","id":"r1","method":"price","payload":{"sku":1}}"""),
				Arguments.of(new ClientMessage.Register("prices"), """
						{"type":"register","method":"prices"}"""),
				Arguments.of(new ClientMessage.Unregister("prices"), """
						{"type":"unregister","method":"prices"}"""), Arguments.of(new ClientMessage.Auth("t0k3n"), """
						{"type":"auth","token":"t0k3n"}"""), Arguments.of(new ClientMessage.Ping(FlagValue.of(7)), """
						{"type":"ping","t":7}"""), Arguments.of(new ClientMessage.Unknown("dance"), """
						{"type":"dance"}"""));
	}

	@Test
	void everyMessageHasAnExample() {
		Set<Class<?>> shown = new HashSet<>();
		messages().forEach((arguments) -> shown.add(arguments.get()[0].getClass()));
		assertThat(shown).containsExactlyInAnyOrder(ClientMessage.class.getPermittedSubclasses());
	}

	@Property(edgeCases = EdgeCasesMode.NONE)
	@Domain(MessageArbitraries.class)
	void messageThatIsWrittenIsReadAsItWas(@ForAll ClientMessage message) {
		assertThat(MessageReader.read(write(message))).isEqualTo(message);
	}

	@Test
	void ackByHttpNamesWhoApplied() {
		assertThat(new String(ClientMessageWriter.writeAck("s1", null, ACK), StandardCharsets.UTF_8)).isEqualTo("""
				{"session":"s1","epoch":"k7f3","version":42,"status":"applied","took":3}""");
		String byInstance = new String(ClientMessageWriter.writeAck(null, "9b2f6c1e7a4d40c8", ACK),
				StandardCharsets.UTF_8);
		assertThat(MessageReader.readAck(byInstance)).isEqualTo(ACK);
	}

	private static String write(ClientMessage message) {
		return new String(ClientMessageWriter.write(message), StandardCharsets.UTF_8);
	}

}
