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

package io.realtimepush.test;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.SyncMode;
import org.jspecify.annotations.Nullable;

/**
 * What a session sees of the flag set, and where it has been brought to.
 * <p>
 * Confined to the lock of its server.
 */
final class FakeSubscription {

	private final FakeSession session;

	private final @Nullable String sub;

	private final FlagFilter filter;

	private final SyncMode mode;

	private @Nullable FlagSnapshot sent;

	FakeSubscription(FakeSession session, @Nullable String sub, ClientMessage.Options options) {
		this.session = session;
		this.sub = sub;
		this.filter = (options.flags() != null) ? FlagFilter.of(options.flags()) : FlagFilter.all();
		this.mode = (options.mode() != null) ? options.mode() : SyncMode.DELTA;
	}

	/**
	 * Begin.
	 * @param present the whole flag set
	 * @param position where the client says it is, or {@code null}
	 * @param heartbeat the interval in ms, or {@code null} where no welcome is sent
	 */
	void open(FlagSnapshot present, @Nullable FlagPosition position, @Nullable Long heartbeat) {
		FlagSnapshot seen = present.filter(this.filter);
		boolean resumed = seen.position().equals(position);
		if (heartbeat != null) {
			this.session.send(new ServerMessage.Welcome("fake-1", heartbeat, this.mode,
					resumed ? seen.position() : null, this.sub));
		}
		if (resumed) {
			this.sent = seen;
		}
		bringTo(present);
	}

	/**
	 * Send what has changed.
	 */
	void bringTo(FlagSnapshot present) {
		FlagSnapshot before = this.sent;
		FlagSnapshot seen = present.filter(this.filter);
		if (before != null && before.position().equals(seen.position())) {
			return;
		}
		this.sent = seen;
		if (this.mode == SyncMode.NOTIFY) {
			this.session.send(new ServerMessage.Version(seen.position(), this.sub));
		}
		else if (this.mode == SyncMode.DELTA && before != null) {
			this.session.send(new ServerMessage.Delta(
					before.flags().deltaTo(seen.flags(), before.position(), seen.position().version()), this.sub));
		}
		else {
			this.session.send(new ServerMessage.Snapshot(seen, false, this.sub));
		}
	}

	/**
	 * Send a snapshot, or a heartbeat if the client has it all.
	 */
	void resync(FlagSnapshot present, @Nullable FlagPosition position) {
		if (present.filter(this.filter).position().equals(position)) {
			beat(present);
		}
		else {
			this.sent = null;
			bringTo(present);
		}
	}

	void beat(FlagSnapshot present) {
		this.session.send(new ServerMessage.Heartbeat(present.filter(this.filter).position(), this.sub));
	}

}
