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

package io.realtimepush.transport.engineio;

/**
 * Told what happens to a session, one thing after another and in order, on the thread the
 * session runs on; must not block. A
 * {@link io.realtimepush.protocol.ProtocolViolationException} closes the session, as any
 * other exception does, which is logged.
 *
 * @since 0.1.0
 */
public interface EngineListener {

	/**
	 * A text message has come.
	 * @param text the message
	 */
	void onText(String text);

	/**
	 * A binary message has come.
	 * @param bytes the message, owned by the listener
	 */
	void onBinary(byte[] bytes);

	/**
	 * The session has ended. Nothing follows.
	 * @param reason why
	 */
	default void onClosed(EngineCloseReason reason) {
	}

}
