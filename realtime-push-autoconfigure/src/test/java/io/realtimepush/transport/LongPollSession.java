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

package io.realtimepush.transport;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

import io.realtimepush.flags.FlagPosition;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Polls, one after another over one connection, each from where the one before has
 * brought it.
 */
final class LongPollSession extends TestSession {

	private final RawConnection connection;

	private OpenOptions options;

	private @Nullable String session;

	private volatile boolean closed;

	private LongPollSession(LoopbackServer server, OpenOptions options) {
		this.connection = RawConnection.to(server, options.receiveBuffer());
		this.options = options;
	}

	static LongPollSession open(LoopbackServer server, OpenOptions options) {
		LongPollSession session = new LongPollSession(server, options);
		session.start(session::poll);
		return session;
	}

	private void poll() {
		try {
			while (!this.closed) {
				RawConnection.Answer answer = this.connection.request(target(), headers()).readAnswer();
				if (answer.status() != 200) {
					Message problem = answer.message();
					arrived(new End(answer.status(), problem.text("code"), problem.text("detail")));
					return;
				}
				take(answer);
			}
		}
		catch (UncheckedIOException ex) {
			arrived(new End(0, null, String.valueOf(ex.getMessage())));
		}
	}

	private void take(RawConnection.Answer answer) {
		Message message = answer.message();
		if (message.type().equals("goaway")) {
			this.closed = true;
		}
		else {
			String name = answer.headers().get("Realtime-Push-Session");
			assertThat(name).isNotEmpty();
			if (this.session != null) {
				assertThat(name).isEqualTo(this.session);
			}
			this.session = name;
			if (!message.type().equals("heartbeat")) {
				moveTo(message.position());
			}
		}
		arrived(message);
	}

	private void moveTo(FlagPosition position) {
		List<String> query = new ArrayList<>(this.options.query());
		query.removeIf((parameter) -> parameter.startsWith("position="));
		this.options = new OpenOptions(query, this.options.headers(), 0).at(position);
	}

	/** A poll needs no heartbeat: a short wait does the same. */
	private String target() {
		return this.options.target("/realtime/poll").replace("heartbeat=5000", "heartbeat=5000&wait=1000");
	}

	private List<String> headers() {
		return (this.session != null) ? this.options.header("Realtime-Push-Session", this.session).headers()
				: this.options.headers();
	}

	@Override
	TestSession expectWelcome(boolean resumed) {
		return this;
	}

	@Override
	public void close() {
		this.closed = true;
		this.connection.close();
	}

}
