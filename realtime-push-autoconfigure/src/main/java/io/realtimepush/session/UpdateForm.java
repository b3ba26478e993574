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

import io.realtimepush.hub.ViewUpdate;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.SyncMode;
import org.jspecify.annotations.Nullable;

/**
 * How a subscription is told of an update. Those of equal form share what is encoded.
 *
 * @param mode what is sent when the flag set changes
 * @param sub the name of a further subscription
 * @since 0.1.0
 */
public record UpdateForm(SyncMode mode, @Nullable String sub) {

	private static final UpdateForm[] FIRST = { new UpdateForm(SyncMode.DELTA, null),
			new UpdateForm(SyncMode.SNAPSHOT, null), new UpdateForm(SyncMode.NOTIFY, null) };

	static UpdateForm of(SyncMode mode, @Nullable String sub) {
		return (sub != null) ? new UpdateForm(mode, sub) : FIRST[mode.ordinal()];
	}

	/**
	 * Return the update that the mode sends in place of another.
	 * @param update what brings the subscription up to date
	 * @return the same, or everything if something has changed and the mode sends all
	 */
	public ViewUpdate choose(ViewUpdate update) {
		boolean whole = this.mode == SyncMode.SNAPSHOT && update.kind() == ViewUpdate.Kind.DELTA;
		return whole ? update.state().whole() : update;
	}

	/**
	 * Return the update that is sent when nothing has been for an interval: whatever
	 * there is to say, and at the present position a heartbeat. So it is for a client
	 * that is ahead, which ignores the lower version.
	 * @param update what brings the subscription up to date
	 * @return the update, which always has a message
	 */
	public ViewUpdate chooseBeat(ViewUpdate update) {
		return (update.kind() == ViewUpdate.Kind.AHEAD) ? update.state().current() : choose(update);
	}

	/**
	 * Return the message of an update.
	 * @param update the update, not of kind {@link ViewUpdate.Kind#AHEAD}
	 * @return the message: a heartbeat if nothing has changed
	 * @throws IllegalArgumentException if there is nothing to send
	 */
	public ServerMessage message(ViewUpdate update) {
		if (update.kind() == ViewUpdate.Kind.CURRENT) {
			return new ServerMessage.Heartbeat(update.position(), this.sub);
		}
		if (this.mode == SyncMode.NOTIFY) {
			return new ServerMessage.Version(update.position(), this.sub);
		}
		return switch (update.kind()) {
			case DELTA, HIDDEN -> new ServerMessage.Delta(update.delta(), this.sub);
			case SNAPSHOT -> new ServerMessage.Snapshot(update.snapshot(), false, this.sub);
			default -> throw new IllegalArgumentException("update of kind " + update.kind() + " has no message");
		};
	}

}
