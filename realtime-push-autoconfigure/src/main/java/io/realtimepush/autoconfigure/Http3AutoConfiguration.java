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
import java.util.function.IntSupplier;

import io.realtimepush.transport.http.PushWebHandler;
import io.realtimepush.transport.http3.Http3Server;
import io.realtimepush.transport.http3.Http3Settings;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.LoopResources;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.util.ClassUtils;

/**
 * {@link AutoConfiguration Auto-configuration} for the server for HTTP/3.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = PushEndpointAutoConfiguration.class)
@ConditionalOnBooleanProperty("realtime-push.server.http3.enabled")
@ConditionalOnBean(PushWebHandler.class)
@EnableConfigurationProperties(Http3Properties.class)
public final class Http3AutoConfiguration {

	private static final String CODEC = "io.netty.handler.codec.http3.Http3";

	@Bean
	PushHttp3Server pushHttp3Server(PushWebHandler handler, Http3Properties properties, PushServerProperties server,
			ObjectProvider<PushWebServer> ownServer, ObjectProvider<SslBundles> bundles,
			ObjectProvider<ReactorResourceFactory> resources, ApplicationContext context, Environment environment) {
		requireLibrary(context.getClassLoader());
		Binder binder = Binder.get(environment);
		Http3Settings settings = properties.settings(server);
		Http3Server.Tls tls = new Http3Tls(properties, server, binder, bundles.getIfAvailable()).find();
		ReactorResourceFactory shared = resources.getIfAvailable();
		LoopResources loops = (shared != null) ? shared.getLoopResources() : null;
		return new PushHttp3Server(handler, properties, settings, tls, address(server, binder),
				tcpPort(ownServer.getIfAvailable(), context), loops);
	}

	private static @Nullable InetAddress address(PushServerProperties server, Binder binder) {
		return (server.getPort() != null) ? server.getAddress()
				: binder.bind("server.address", InetAddress.class).orElse(null);
	}

	private static IntSupplier tcpPort(@Nullable PushWebServer ownServer, ApplicationContext context) {
		if (ownServer != null) {
			return ownServer::getPort;
		}
		return () -> {
			WebServer present = (context instanceof WebServerApplicationContext web) ? web.getWebServer() : null;
			return (present != null) ? present.getPort() : -1;
		};
	}

	private static void requireLibrary(@Nullable ClassLoader classLoader) {
		if (!ClassUtils.isPresent(CODEC, classLoader)) {
			throw missing("Netty's HTTP/3 codec is not on the class path", "io.netty:netty-codec-http3", null);
		}
		Throwable cause = Http3Server.unavailability();
		if (cause != null) {
			throw missing(
					"the native library of Netty's QUIC codec cannot be used on " + System.getProperty("os.name") + " "
							+ System.getProperty("os.arch"),
					"io.netty:netty-codec-native-quic, in the version of Netty that the app has and with the classifier "
							+ "of this platform, for instance 'linux-x86_64'",
					cause);
		}
	}

	private static ConfigurationProblemException missing(String what, String dependency, @Nullable Throwable cause) {
		return new ConfigurationProblemException(
				"'realtime-push.server.http3.enabled' is true, but " + what
						+ ((cause != null) ? ": " + cause.getMessage() : ""),
				"Add the dependency " + dependency + ", or set 'realtime-push.server.http3.enabled' to false.", null,
				cause);
	}

}
