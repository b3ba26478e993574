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

package io.realtimepush.autoconfigure;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.IntSupplier;

import io.realtimepush.transport.http.PushWebHandler;
import io.realtimepush.transport.http3.Http3Server;
import io.realtimepush.transport.http3.Http3Settings;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.LoopResources;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.web.server.adapter.HttpWebHandlerAdapter;

/**
 * Serves the push endpoints over HTTP/3, beside the server for TCP, whose answers tell of
 * it as soon as it listens. Nothing of the app's web configuration applies to it.
 *
 * @since 0.1.0
 */
public final class PushHttp3Server implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(PushHttp3Server.class);

	private final PushWebHandler handler;

	private final Http3Properties properties;

	private final Http3Settings settings;

	private final Http3Server.Tls tls;

	private final @Nullable InetAddress address;

	private final IntSupplier tcpPort;

	private final @Nullable LoopResources loops;

	private volatile @Nullable Http3Server server;

	/**
	 * Create the server.
	 * @param handler answers requests
	 * @param properties the properties
	 * @param settings what a client may take
	 * @param tls the certificate
	 * @param address where to listen, or {@code null} for all addresses
	 * @param tcpPort tells the port of the server for TCP, which has been started
	 * @param loops gives the event loop, or {@code null} for those that all servers share
	 */
	PushHttp3Server(PushWebHandler handler, Http3Properties properties, Http3Settings settings, Http3Server.Tls tls,
			@Nullable InetAddress address, IntSupplier tcpPort, @Nullable LoopResources loops) {
		this.handler = handler;
		this.properties = properties;
		this.settings = settings;
		this.tls = tls;
		this.address = address;
		this.tcpPort = tcpPort;
		this.loops = loops;
	}

	/**
	 * Return the UDP port that is listened to.
	 * @return the port, or -1 while nothing is listened to
	 */
	public int getPort() {
		Http3Server present = this.server;
		return (present != null) ? present.port() : -1;
	}

	/**
	 * Return how many QUIC connections there are.
	 * @return the number
	 */
	public int getConnections() {
		Http3Server present = this.server;
		return (present != null) ? present.connections() : 0;
	}

	/**
	 * Return how many QUIC connections were closed because there were too many.
	 * @return the number since the start
	 */
	public long getRefused() {
		Http3Server present = this.server;
		return (present != null) ? present.refused() : 0;
	}

	@Override
	public void start() {
		Integer own = this.properties.getPort();
		int port = (own != null) ? own : Math.max(this.tcpPort.getAsInt(), 0);
		InetSocketAddress listen = (this.address != null) ? new InetSocketAddress(this.address, port)
				: new InetSocketAddress(port);
		Http3Server started = start(listen);
		this.server = started;
		Integer advertised = this.properties.getAdvertisedPort();
		long seconds = this.properties.getAdvertisedFor().toSeconds();
		if (seconds > 0) {
			this.handler
				.advertise("h3=\":" + ((advertised != null) ? advertised : started.port()) + "\"; ma=" + seconds);
		}
		logger.info("push endpoints are served over HTTP/3 on UDP port " + started.port());
	}

	private Http3Server start(InetSocketAddress listen) {
		try {
			return Http3Server.start(listen, this.tls, this.settings, new HttpWebHandlerAdapter(this.handler),
					this.loops);
		}
		catch (RuntimeException ex) {
			throw new ConfigurationProblemException(
					"the server for HTTP/3 could not be started on UDP port " + listen.getPort() + ": "
							+ ex.getMessage(),
					"Set 'realtime-push.server.http3.port' to a UDP port that is free, and see that the certificate has "
							+ "an RSA or EC key.",
					null, ex);
		}
	}

	@Override
	public void stop() {
		this.handler.advertise(null);
		Http3Server present = this.server;
		this.server = null;
		if (present != null) {
			present.stop();
		}
	}

	@Override
	public boolean isRunning() {
		return this.server != null;
	}

	/**
	 * After the server for TCP, whose port has to be known; and stopped before it.
	 */
	@Override
	public int getPhase() {
		return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE + 1;
	}

}
