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

import io.netty.handler.ssl.ClientAuth;
import io.realtimepush.transport.http3.Http3Server;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerSslBundle;
import org.springframework.util.StringUtils;

/**
 * Finds the certificate of the server for HTTP/3: that of its own bundle, or that of the
 * server for TCP. Clients are asked for a certificate as that one asks them. After a
 * reload of the bundle the next connection uses the new one.
 */
final class Http3Tls {

	private static final String OWN = "realtime-push.server.http3.ssl.bundle";

	private final Http3Properties properties;

	private final PushServerProperties server;

	private final Binder binder;

	private final @Nullable SslBundles bundles;

	Http3Tls(Http3Properties properties, PushServerProperties server, Binder binder, @Nullable SslBundles bundles) {
		this.properties = properties;
		this.server = server;
		this.binder = binder;
		this.bundles = bundles;
	}

	/**
	 * Find the certificate.
	 * @throws ConfigurationProblemException if there is none
	 */
	Http3Server.Tls find() {
		boolean ownPort = this.server.getPort() != null;
		Ssl ofApp = ownPort ? null : this.binder.bind("server.ssl", Ssl.class).orElse(null);
		ClientAuth clientAuth = (ofApp != null)
				? Ssl.ClientAuth.map(ofApp.getClientAuth(), ClientAuth.NONE, ClientAuth.OPTIONAL, ClientAuth.REQUIRE)
				: ClientAuth.NONE;
		String own = this.properties.getSsl().getBundle();
		if (StringUtils.hasText(own)) {
			return ofBundle(OWN, own, clientAuth);
		}
		String ofServer = this.server.getSsl().getBundle();
		if (ownPort && StringUtils.hasText(ofServer)) {
			return ofBundle("realtime-push.server.ssl.bundle", ofServer, clientAuth);
		}
		if (ofApp != null && StringUtils.hasText(ofApp.getBundle())) {
			return ofBundle("server.ssl.bundle", ofApp.getBundle(), clientAuth);
		}
		if (ofApp != null && ofApp.isEnabled()) {
			SslBundle bundle = WebServerSslBundle.get(ofApp);
			return tls(new ReloadedKeys(bundle), new ReloadedTrust(bundle), clientAuth);
		}
		throw new ConfigurationProblemException("HTTP/3 is always encrypted, but there is no certificate for it",
				"Set '" + OWN + "' to the name of an SSL bundle, or '"
						+ (ownPort ? "realtime-push.server.ssl.bundle" : "server.ssl.bundle")
						+ "' for the server for TCP too, or 'realtime-push.server.http3.enabled' to false.");
	}

	private Http3Server.Tls ofBundle(String property, String name, ClientAuth clientAuth) {
		SslBundles present = this.bundles;
		try {
			if (present == null) {
				throw new NoSuchSslBundleException(name, "there are no SSL bundles");
			}
			ReloadedKeys keys = new ReloadedKeys(present.getBundle(name));
			ReloadedTrust trust = new ReloadedTrust(present.getBundle(name));
			present.addBundleUpdateHandler(name, (reloaded) -> {
				keys.reload(reloaded);
				trust.reload(reloaded);
			});
			return tls(keys, trust, clientAuth);
		}
		catch (NoSuchSslBundleException ex) {
			throw PropertyCheck.wrong(property, "must be the name of an SSL bundle", "'" + name + "'", ex);
		}
	}

	private static Http3Server.Tls tls(ReloadedKeys keys, ReloadedTrust trust, ClientAuth clientAuth) {
		return new Http3Server.Tls(keys, (clientAuth != ClientAuth.NONE) ? trust : null, clientAuth);
	}

}
