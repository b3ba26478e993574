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

package io.realtimepush.benchmarks.latency;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.realtimepush.source.jdbc.PostgresListener;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * Times changes that somebody else commits to a PostgreSQL database, on their way to a
 * handler of a client app over WebSocket: with notifications, and with probing only.
 *
 * @since 0.1.0
 */
public final class CommitLatency {

	private static final int WARM_UP = 3_000;

	private static final int MEASURED = 5_000;

	/** Each takes a second with its pause. */
	private static final int PROBED = 200;

	private CommitLatency() {
	}

	/**
	 * Measure and print.
	 * @param args none
	 * @throws IOException if the database cannot be started
	 * @throws InterruptedException if interrupted
	 */
	public static void main(String[] args) throws IOException, InterruptedException {
		try (EmbeddedPostgres database = EmbeddedPostgres.start()) {
			Times notified = notified(database);
			Times probed = probed(database);
			System.out.println("| from the commit to the handler | changes | p50 ms | p99 ms | longest ms |");
			System.out.println("|---|---|---|---|---|");
			for (Times times : new Times[] { notified, probed }) {
				System.out.println("| %s | %d | %.1f | %.1f | %.1f |".formatted(times.name(), times.nanos().length,
						times.micros(0.5) / 1e3, times.micros(0.99) / 1e3, times.micros(1) / 1e3));
			}
		}
	}

	private static Times notified(EmbeddedPostgres database) throws InterruptedException {
		try (CommittedFlag flag = new CommittedFlag(database); ChangeToHandler way = flag.way(true)) {
			while (!way.bean(PostgresListener.class).isListening()) {
				TimeUnit.MILLISECONDS.sleep(10);
			}
			long[] nanos = new long[MEASURED];
			for (int i = -WARM_UP; i < MEASURED; i++) {
				long took = way.run(i);
				if (i >= 0) {
					nanos[i] = took;
				}
				TimeUnit.MICROSECONDS.sleep(ThreadLocalRandom.current().nextInt(4_000));
			}
			return Times.of("`LISTEN`", nanos);
		}
	}

	/** At any time between two probes, not just behind one. */
	private static Times probed(EmbeddedPostgres database) throws InterruptedException {
		try (CommittedFlag flag = new CommittedFlag(database); ChangeToHandler way = flag.way(false)) {
			way.run(-1);
			long[] nanos = new long[PROBED];
			for (int i = 0; i < PROBED; i++) {
				TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(1_000));
				nanos[i] = way.run(i);
			}
			return Times.of("probing each second", nanos);
		}
	}

}
