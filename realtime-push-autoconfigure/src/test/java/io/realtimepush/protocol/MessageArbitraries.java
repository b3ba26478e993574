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

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.arbitraries.StringArbitrary;
import net.jqwik.api.domains.DomainContextBase;

/**
 * Random messages of both directions.
 */
class MessageArbitraries extends DomainContextBase {

	static final FlagSetId FLAG_SET = FlagSetId.of("shop/production");

	/** The position that the client has given for every subscription. */
	static final FlagPosition GIVEN = new FlagPosition("k7f3", 42);

	static final SubscriptionLookup SUBSCRIPTIONS = (sub) -> new SubscriptionLookup.Subscribed(FLAG_SET, GIVEN);

	private static final List<String> VALUES = List.of("null", "true", "false", "7", "-0", "1.50", "1e3", "1E+3",
			"12345678901234567890123", "0.1000000000000000055511151231257827", "\"\"", "\"a \\\"b\\\" \\\\ 😀\"",
			"\"\\u0000\\n\"", "[]", "{}", "[1.0,null,{\"a\":[{}]}]", "{\"type\":\"delta\",\"sub\":\"x\",\"flags\":{}}");

	@Provide
	Arbitrary<ServerMessage> serverMessages() {
		Arbitrary<String> subs = names().injectNull(0.5);
		return Arbitraries.oneOf(
				Combinators.combine(names(), millis(), modes(), Arbitraries.of(GIVEN).injectNull(0.5), subs)
					.as(ServerMessage.Welcome::new),
				Combinators.combine(snapshots(), Arbitraries.of(true, false), subs).as(ServerMessage.Snapshot::new),
				Combinators.combine(deltas(), subs).as(ServerMessage.Delta::new),
				Combinators.combine(positions(), subs).as(ServerMessage.Version::new),
				Combinators.combine(positions(), subs).as(ServerMessage.Heartbeat::new),
				Combinators.combine(texts(), millis())
					.as((String reason, Long after) -> new ServerMessage.GoAway(reason, after)),
				Combinators.combine(Arbitraries.integers().between(0, 4999), texts(), Arbitraries.of(true, false), subs)
					.as(ServerMessage.Closed::new),
				Combinators.combine(texts(), texts(), Arbitraries.of(true, false), subs).as(ServerMessage.Error::new),
				Combinators.combine(names(), values())
					.as((id, payload) -> new ServerMessage.Response(id, payload, null)),
				Combinators.combine(names(), texts(), texts())
					.as((id, code, message) -> new ServerMessage.Response(id, FlagValue.NULL,
							new ServerMessage.RequestError(code, message))),
				Combinators.combine(texts(), values(), subs).as(ServerMessage.Notification::new),
				millis().map(ServerMessage.Auth::new), values().map(ServerMessage.Pong::new));
	}

	@Provide
	Arbitrary<Random> randoms() {
		return Arbitraries.randoms();
	}

	/** Those that a server reads. */
	@Provide
	Arbitrary<ClientMessage> clientMessages() {
		Arbitrary<String> subs = names().injectNull(0.5);
		Arbitrary<Long> millis = millis().injectNull(0.5);
		Arbitrary<ClientMessage.ClientInfo> clients = Combinators
			.combine(text(16, 128).injectNull(0.3), text(1, 128).injectNull(0.3),
					Arbitraries.maps(names(), text(0, 128)).ofMaxSize(16))
			.as(ClientMessage.ClientInfo::new)
			.injectNull(0.3);
		return Arbitraries.oneOf(Combinators.combine(names(), options(), millis, clients).as(ClientMessage.Hello::new),
				Combinators.combine(names(), names(), options()).as(ClientMessage.Subscribe::new),
				names().map(ClientMessage.Unsubscribe::new),
				Combinators.combine(positions().injectNull(0.5), subs).as(ClientMessage.Resync::new),
				Combinators
					.combine(positions(), Arbitraries.of(true, false), millis, text(0, 1024).injectNull(0.5), subs)
					.as(ClientMessage.Ack::new),
				shallowValues().map(ClientMessage.Ping::new));
	}

	private Arbitrary<ClientMessage.Options> options() {
		return Combinators
			.combine(positions().injectNull(0.5), modes().injectNull(0.5),
					Arbitraries.of("ui.*", "*", "limit", "größe 😀").list().ofMaxSize(4).injectNull(0.5))
			.as(ClientMessage.Options::new);
	}

	private Arbitrary<FlagSnapshot> snapshots() {
		return Combinators.combine(positions(), flags())
			.as((position, flags) -> new FlagSnapshot(FLAG_SET, position, FlagSet.of(flags)));
	}

	private Arbitrary<FlagDelta> deltas() {
		return Combinators
			.combine(positions(), Arbitraries.longs().between(1, 1000), flags(), keys().list().ofMaxSize(4))
			.as((position, steps, set, removed) -> {
				LinkedHashSet<String> others = new LinkedHashSet<>(removed);
				others.removeAll(set.keySet());
				FlagPosition from = position.at(Math.min(position.version(), FlagPosition.MAX_VERSION - steps));
				return new FlagDelta(from, from.version() + steps, set, others);
			});
	}

	private Arbitrary<FlagPosition> positions() {
		return Combinators
			.combine(Arbitraries.of("k7f3", "a", "0123456789abcdefg", "A.b_c-d"),
					Arbitraries.longs().between(0, FlagPosition.MAX_VERSION))
			.as(FlagPosition::new);
	}

	private Arbitrary<Map<String, FlagValue>> flags() {
		return Arbitraries.maps(keys(), values()).ofMaxSize(6);
	}

	private Arbitrary<String> keys() {
		return Arbitraries.of("limit", "ui.dark", "größe \"😀\"", "a b", "type", "flags", "sub", "version");
	}

	private Arbitrary<FlagValue> values() {
		return Arbitraries.of(VALUES).map(FlagValue::ofJson);
	}

	/** Without numbers that a server need not keep as they are written. */
	private Arbitrary<FlagValue> shallowValues() {
		return Arbitraries.of(VALUES).filter((json) -> !json.matches("1e3|-0")).map(FlagValue::ofJson);
	}

	private Arbitrary<SyncMode> modes() {
		return Arbitraries.of(SyncMode.values());
	}

	private Arbitrary<Long> millis() {
		return Arbitraries.longs().greaterOrEqual(0);
	}

	private Arbitrary<String> names() {
		return text(1, 64);
	}

	private Arbitrary<String> texts() {
		return text(0, 100);
	}

	private StringArbitrary text(int min, int max) {
		return Arbitraries.strings()
			.withChars("abcXYZ 019_-./\\\"'{}[]:,<>\u00e4\u4e2d\u2028")
			.ofMinLength(min)
			.ofMaxLength(max);
	}

}
