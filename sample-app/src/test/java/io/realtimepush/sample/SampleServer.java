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

package io.realtimepush.sample;

import java.nio.file.Path;

import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushSessions;
import io.realtimepush.session.SessionSelector;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The sample on a port of its own, with its database in a directory of the test.
 */
final class SampleServer implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private final int port;

	private SampleServer(ConfigurableApplicationContext context) {
		this.context = context;
		this.port = ((WebServerApplicationContext) context).getWebServer().getPort();
	}

	/**
	 * Start the sample.
	 * @param directory where the database is
	 * @param port the port, or 0 for any that is free
	 * @return the running server
	 */
	static SampleServer start(Path directory, int port) {
		SpringApplication application = new SpringApplication(SampleApplication.class);
		application.setRegisterShutdownHook(false);
		return new SampleServer(
				application.run("--server.port=" + port, "--spring.datasource.url=" + databaseUrl(directory)));
	}

	/**
	 * Start the sample as a client of a running server.
	 * @param server the server
	 * @return the running client
	 */
	static SampleServer startClientOf(SampleServer server) {
		SpringApplication application = new SpringApplication(SampleApplication.class);
		application.setRegisterShutdownHook(false);
		return new SampleServer(application.run("--spring.profiles.active=client", "--server.port=0",
				"--realtime-push.client.url=" + server.url() + "/realtime"));
	}

	boolean hasBean(Class<?> type) {
		return this.context.getBeanProvider(type).stream().findAny().isPresent();
	}

	/** How many clients are connected. */
	int connections() {
		return this.context.getBean(PushHandler.class).connections();
	}

	/** Notify the clients that want it, and say how many those are. */
	int notifyClients(String method, String payload) {
		return this.context.getBean(PushSessions.class).notify(SessionSelector.all(), method, payload);
	}

	static String databaseUrl(Path directory) {
		return "jdbc:h2:file:" + directory.resolve("flags").toAbsolutePath() + ";WRITE_DELAY=0";
	}

	int port() {
		return this.port;
	}

	String url() {
		return "http://localhost:" + this.port;
	}

	@Override
	public void close() {
		this.context.close();
	}

}
