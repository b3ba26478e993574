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

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One server for all tests of a class, and a look for leaks behind them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LoopbackSupport implements OnLoopback {

	private final boolean tls;

	private final String[] properties;

	private LoopbackServer server;

	LoopbackSupport(boolean tls, String... properties) {
		this.tls = tls;
		this.properties = properties;
	}

	@BeforeAll
	void startServer() {
		this.server = LoopbackServer.start(this.tls, this.properties);
	}

	@AfterAll
	void nothingLeaks() {
		this.server.close();
		assertThat(RecordingLeakDetector.findLeaks()).isEmpty();
	}

	@Override
	public LoopbackServer server() {
		return this.server;
	}

}
