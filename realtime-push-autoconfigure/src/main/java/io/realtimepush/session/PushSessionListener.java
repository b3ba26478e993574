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

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;

/**
 * Told when sessions open and end, and when a login is refused. Called on event loops;
 * must not block. What it throws is logged and otherwise ignored.
 *
 * @since 0.1.0
 */
public interface PushSessionListener {

	/**
	 * A session has opened.
	 * @param session the session
	 */
	default void opened(SessionInfo session) {
	}

	/**
	 * A session has ended.
	 * @param session the session
	 * @param reason why
	 */
	default void closed(SessionInfo session, CloseReason reason) {
	}

	/**
	 * A client says that its handlers ran for a version, and so for all before it.
	 * @param session the session, or who posted it if the transport is one-way
	 * @param flagSet the flag set
	 * @param ack what it says
	 */
	default void acknowledged(SessionInfo session, FlagSetId flagSet, ClientMessage.Ack ack) {
	}

	/**
	 * A login was refused.
	 * @param transport name of the transport
	 * @param reason why
	 */
	default void refused(String transport, CloseReason reason) {
	}

}
