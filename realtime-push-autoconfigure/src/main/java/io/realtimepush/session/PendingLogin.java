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

/**
 * A connection that was let in and whose login is to come, in its first message. Either a
 * session is opened with it, or it is closed.
 *
 * @since 0.1.0
 */
public final class PendingLogin {

	private final PushRequest request;

	private final Admission.Ticket ticket;

	PendingLogin(PushRequest request, Admission.Ticket ticket) {
		this.request = request;
		this.ticket = ticket;
	}

	PushRequest request() {
		return this.request;
	}

	Admission.Ticket ticket() {
		return this.ticket;
	}

	/**
	 * Give back what was let in. Safe to call twice.
	 */
	public void close() {
		this.ticket.giveBack();
	}

}
