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

import io.realtimepush.transport.channel.RequestHeadTimeout;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.Http2;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.util.Assert;
import org.springframework.web.server.WebHandler;
import org.springframework.web.server.adapter.HttpWebHandlerAdapter;

/**
 * A Reactor Netty server for nothing but the push endpoints, FeatureProbe's SDKs and
 * Socket.IO, on a port of its own, in an app with any web server or none. Nothing of the
 * app's web configuration applies to it.
 *
 * @since 0.1.0
 */
public final class PushWebServer implements SmartLifecycle {

	private final NettyReactiveWebServerFactory factory;

	private final WebHandler handler;

	private volatile @Nullable WebServer server;

	PushWebServer(WebHandler handler, PushServerProperties properties, @Nullable SslBundles sslBundles,
			@Nullable ReactorResourceFactory resources) {
		this.handler = handler;
		Integer port = properties.getPort();
		Assert.state(port != null, "there is no port to serve");
		this.factory = new NettyReactiveWebServerFactory(port);
		this.factory.setAddress(properties.getAddress());
		this.factory.setUseForwardHeaders(properties.isUseForwardHeaders());
		this.factory.setResourceFactory(resources);
		this.factory.addServerCustomizers(new RequestHeadTimeout(properties.getRequestHeadTimeout())::install);
		String bundle = properties.getSsl().getBundle();
		if (bundle != null) {
			this.factory.setSsl(Ssl.forBundle(bundle));
			this.factory.setSslBundles(sslBundles);
			Http2 http2 = new Http2();
			http2.setEnabled(true);
			this.factory.setHttp2(http2);
		}
	}

	/**
	 * Return the port that is listened to.
	 * @return the port, or -1 while nothing is listened to
	 */
	public int getPort() {
		WebServer present = this.server;
		return (present != null) ? present.getPort() : -1;
	}

	@Override
	public void start() {
		WebServer started = this.factory.getWebServer(new HttpWebHandlerAdapter(this.handler));
		started.start();
		this.server = started;
	}

	@Override
	public void stop() {
		WebServer present = this.server;
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
	 * Like the app's web server: open before there is a session, and until all are gone.
	 */
	@Override
	public int getPhase() {
		return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE;
	}

}
