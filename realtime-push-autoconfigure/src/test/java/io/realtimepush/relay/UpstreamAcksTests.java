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

package io.realtimepush.relay;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.realtimepush.client.ClientStatus;
import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.PushClient;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.session.Peer;
import io.realtimepush.session.SessionInfo;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Acknowledgements that are collected before they are passed on, in virtual time.
 */
class UpstreamAcksTests {

	private static final FlagSetId SHOP = FlagSetId.of("shop");

	private static final FlagSetId OTHER = FlagSetId.of("other");

	private static final SessionInfo SESSION = new SessionInfo("s1", SdkKey.server("sdk-server-sample"), SHOP,
			"websocket", ClientMessage.ClientInfo.NONE, new Peer(null, null, false), Instant.EPOCH);

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final List<String> sent = new ArrayList<>();

	private State state = State.LIVE;

	private final UpstreamAcks acks = new UpstreamAcks(client(), Duration.ofMillis(10), this.time);

	@Test
	void acknowledgementsOfAWhileArePassedOnTogether() {
		ack(SHOP, 1, 3L, null);
		ack(SHOP, 1, 9L, null);
		ack(SHOP, 1, null, "boom");
		ack(SHOP, 1, 4L, null);
		ack(OTHER, 1, null, null);
		pass(999);
		assertThat(this.sent).isEmpty();
		pass(1);
		assertThat(this.sent).containsExactly("shop k7:1 applied 3 clients 9ms null",
				"shop k7:1 failed 1 clients nullms boom", "other k7:1 applied 1 clients nullms null");
		ack(SHOP, 2, 1L, null);
		pass(1000);
		assertThat(this.sent).hasSize(4).last().isEqualTo("shop k7:2 applied 1 clients 1ms null");
		pass(10_000);
		assertThat(this.sent).hasSize(4);
	}

	@Test
	void thoseOfARelayCountForItsClients() {
		this.acks.acknowledged(SESSION, SHOP,
				new ClientMessage.Ack(new FlagPosition("k7", 1), true, 2L, null, "s1", 999_999));
		ack(SHOP, 1, 1L, null);
		ack(SHOP, 1, 1L, null);
		pass(1000);
		assertThat(this.sent).containsExactly("shop k7:1 applied 1000000 clients 2ms null");
	}

	@Test
	void whatIsTooMuchForOneTimeFollows() {
		for (int i = 1; i <= 20; i++) {
			ack(FlagSetId.of("shop" + i), 1, null, null);
		}
		pass(1000);
		assertThat(this.sent).hasSize(UpstreamAcks.MAX_SENT);
		ack(FlagSetId.of("shop20"), 1, null, null);
		pass(1000);
		assertThat(this.sent).hasSize(20)
			.doesNotHaveDuplicates()
			.contains("shop1 k7:1 applied 1 clients nullms null", "shop20 k7:1 applied 2 clients nullms null");
		pass(10_000);
		assertThat(this.sent).hasSize(20);
	}

	@Test
	void laterPositionCoversThoseBeforeItWhereThereAreTooMany() {
		for (int version = 1; version <= 20; version++) {
			ack(SHOP, version, null, null);
		}
		ack(SHOP, 3, null, "boom");
		ack(OTHER, 2, null, null);
		pass(1000);
		assertThat(this.sent).containsExactly("shop k7:20 applied 1 clients nullms null",
				"shop k7:3 failed 1 clients nullms boom", "other k7:2 applied 1 clients nullms null");
	}

	@Test
	void whatIsKeptIsBounded() {
		for (int i = 0; i < 2 * UpstreamAcks.MAX_GROUPS; i++) {
			ack(FlagSetId.of("shop" + i), 1, null, null);
		}
		pass(200_000);
		assertThat(this.sent).hasSize(UpstreamAcks.MAX_GROUPS);
	}

	@Test
	void newestPositionOutlastsALongOutage() {
		this.state = State.INTERRUPTED;
		for (int version = 1; version <= 2 * UpstreamAcks.MAX_GROUPS; version++) {
			ack(SHOP, version, null, null);
			pass(500);
		}
		this.state = State.LIVE;
		pass(1000);
		assertThat(this.sent).contains("shop k7:2000 applied 1 clients nullms null")
			.hasSizeLessThanOrEqualTo(UpstreamAcks.MAX_SENT);
	}

	@Test
	void theyWaitForASession() {
		this.state = State.INTERRUPTED;
		ack(SHOP, 1, null, null);
		pass(5000);
		assertThat(this.sent).isEmpty();
		this.state = State.LIVE;
		pass(1000);
		assertThat(this.sent).hasSize(1);
	}

	@Test
	void nothingIsPassedOnAfterTheEnd() {
		ack(SHOP, 1, null, null);
		this.acks.close();
		ack(SHOP, 2, null, null);
		pass(5000);
		assertThat(this.sent).isEmpty();
	}

	private void ack(FlagSetId flagSet, long version, Long took, String error) {
		this.acks.acknowledged(SESSION, flagSet,
				new ClientMessage.Ack(new FlagPosition("k7", version), error == null, took, error, null));
	}

	private void pass(long millis) {
		this.time.advanceTimeBy(Duration.ofMillis(millis));
	}

	/** A client of which only what is asked here is there. */
	private PushClient client() {
		return (PushClient) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { PushClient.class },
				(proxy, method, arguments) -> switch (method.getName()) {
					case "status" -> new ClientStatus(this.state, Instant.EPOCH, "", null, null, null, null);
					case "acknowledge" -> {
						for (Object each : (List<?>) arguments[1]) {
							ClientMessage.Ack ack = (ClientMessage.Ack) each;
							this.sent
								.add(arguments[0] + " " + ack.position() + (ack.applied() ? " applied " : " failed ")
										+ ack.clients() + " clients " + ack.took() + "ms " + ack.error());
						}
						yield null;
					}
					default -> throw new UnsupportedOperationException(method.getName());
				});
	}

}
