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

package io.realtimepush.endtoend;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is logged while it is open: everything of our own, else what an app logs by
 * default.
 */
final class CapturedLog extends AppenderBase<ILoggingEvent> {

	private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	private static final Logger OURS = (Logger) LoggerFactory.getLogger("io.realtimepush");

	private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

	static CapturedLog open() {
		CapturedLog log = new CapturedLog();
		log.setContext(ROOT.getLoggerContext());
		log.start();
		ROOT.setLevel(Level.INFO);
		OURS.setLevel(Level.TRACE);
		ROOT.addAppender(log);
		return log;
	}

	@Override
	protected void append(ILoggingEvent event) {
		event.prepareForDeferredProcessing();
		this.events.add(event);
	}

	void clear() {
		this.events.clear();
	}

	List<String> lines() {
		return this.events.stream().map(CapturedLog::line).toList();
	}

	private static String line(ILoggingEvent event) {
		String trace = (event.getThrowableProxy() != null) ? ThrowableProxyUtil.asString(event.getThrowableProxy())
				: "";
		return event.getLevel() + " " + event.getLoggerName() + ": " + event.getFormattedMessage() + " " + trace;
	}

	/** No key in any line, and nothing that wakes somebody up. */
	void assertClean() {
		assertThat(lines()).allSatisfy((line) -> assertThat(line).doesNotContain(PushServer.SERVER_KEY)
			.doesNotContain(PushServer.CLIENT_KEY)
			.doesNotStartWith("ERROR"));
		assertThat(this.events.stream()
			.filter((event) -> event.getThrowableProxy() != null && event.getLevel().isGreaterOrEqual(Level.WARN))
			.map(CapturedLog::line)).isEmpty();
	}

	@Override
	public void stop() {
		ROOT.detachAppender(this);
		OURS.setLevel(null);
		super.stop();
	}

}
