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

package io.realtimepush.broadcast;

import io.realtimepush.protocol.CloseReason;
import io.realtimepush.session.PushSession;
import io.realtimepush.session.SessionInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Watches a connection while data waits for its peer: one that takes no byte for so long
 * is closed. There is an instance only while something waits. Confined to the executor of
 * the connection.
 *
 * @since 0.1.0
 */
public final class Stall {

	private static final Log logger = LogFactory.getLog(Stall.class);

	/**
	 * Longest time that data may wait while the peer takes no byte, in seconds.
	 */
	public static final int MAX_SECONDS = 30;

	/** What a slow peer takes at least, in bytes per second. */
	private static final int SLOWEST = 16 * 1024;

	private long progress;

	private int since;

	/**
	 * Begin to watch.
	 * @param progress a number that changes when the peer takes bytes
	 * @param now seconds since the broadcaster began
	 */
	public Stall(long progress, int now) {
		this.progress = progress;
		this.since = now;
	}

	/**
	 * Return how long a peer may need for data of which nobody sees how it is taken.
	 * @param bytes how much it has to take before that shows
	 * @return the time in seconds, at least {@link #MAX_SECONDS}
	 */
	public static int maxSeconds(int bytes) {
		return MAX_SECONDS + bytes / SLOWEST;
	}

	/**
	 * Look whether the peer has taken anything, and close the session if it has not for
	 * too long.
	 * @param mark the number as it is now
	 * @param now seconds since the broadcaster began
	 * @param maxSeconds how long the number may stay as it is
	 * @param transport name of the transport, for the log
	 * @param session the session to close, if there is one
	 * @return whether to look again
	 */
	public boolean check(long mark, int now, int maxSeconds, String transport, @Nullable PushSession session) {
		if (mark != this.progress) {
			this.progress = mark;
			this.since = now;
		}
		else if (now - this.since >= maxSeconds) {
			if (session != null) {
				close(session, transport, maxSeconds);
			}
			return false;
		}
		return true;
	}

	private static void close(PushSession session, String transport, int seconds) {
		SessionInfo info = session.info();
		logger.warn("session " + ((info != null) ? info.id() : "without login") + " over " + transport
				+ " took no byte for " + seconds + "s while data waited; closing with " + CloseReason.SLOW.closeCode()
				+ ", client may reconnect");
		session.close(CloseReason.SLOW, null);
	}

}
