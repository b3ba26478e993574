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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStoreException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

import io.realtimepush.client.PushClient;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.Flags;
import io.realtimepush.source.memory.InMemoryFlagSource;
import io.realtimepush.transport.TestKeyStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An app whose SSL bundle is reloaded while it runs.
 */
class ReloadedBundleTests {

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final InMemoryFlagSource source = new InMemoryFlagSource();

	@TempDir
	private Path directory;

	@Test
	void nextConnectionTrustsTheNewCertificate() throws IOException, GeneralSecurityException {
		this.source.update(FLAG_SET, Map.of("limit", FlagValue.of(1)), Set.of());
		Path former = TestKeyStore.path();
		Path next = TestKeyStore.create();
		Path trusted = this.directory.resolve("trusted.pem");
		Files.writeString(trusted, pem(former));
		PushServer server = start(former, "server.port=0");
		int port = server.port();
		try (ConfigurableApplicationContext app = app(port, trusted)) {
			PushClient client = app.getBean(PushClient.class);
			assertThat(client.status().isLive()).isTrue();
			Path replaced = this.directory.resolve("next.pem");
			Files.writeString(replaced, pem(former) + pem(next));
			Files.move(replaced, trusted, StandardCopyOption.ATOMIC_MOVE);
			SslBundles bundles = app.getBean(SslBundles.class);
			PushServer.await(TIMEOUT, () -> "the bundle was not reloaded", () -> size(bundles) == 2);
			assertThat(client.status().isLive()).isTrue();
			server.close();
			this.source.set(FLAG_SET, "limit", FlagValue.of(2));
			server = start(next, "server.port=" + port);
			Flags flags = app.getBean(Flags.class);
			PushServer.await(TIMEOUT, () -> client.status().toString(),
					() -> flags.get("limit", Integer.class, 0) == 2 && client.status().isLive());
		}
		finally {
			server.close();
		}
	}

	private static int size(SslBundles bundles) {
		try {
			return bundles.getBundle("push").getStores().getTrustStore().size();
		}
		catch (KeyStoreException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String pem(Path keyStore) throws GeneralSecurityException {
		return "-----BEGIN CERTIFICATE-----\n"
				+ Base64.getMimeEncoder().encodeToString(TestKeyStore.certificate(keyStore).getEncoded())
				+ "\n-----END CERTIFICATE-----\n";
	}

	private PushServer start(Path keyStore, String port) {
		return PushServer.start(this.source, port, "spring.ssl.bundle.jks.loopback.keystore.location=file:" + keyStore,
				"spring.ssl.bundle.jks.loopback.keystore.password=" + TestKeyStore.PASSWORD,
				"server.ssl.bundle=loopback");
	}

	private static ConfigurableApplicationContext app(int port, Path trusted) {
		return new SpringApplicationBuilder(App.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties("spring.main.banner-mode=off", "spring.jmx.enabled=false", "logging.level.root=warn",
					"realtime-push.client.url=https://localhost:" + port + "/realtime",
					"realtime-push.client.sdk-key=" + PushServer.SERVER_KEY, "realtime-push.client.max-back-off=500ms",
					"realtime-push.client.ssl.bundle=push",
					"spring.ssl.bundle.pem.push.truststore.certificate=file:" + trusted,
					"spring.ssl.bundle.pem.push.reload-on-update=true",
					"spring.ssl.bundle.watch.file.quiet-period=100ms",
					"spring.autoconfigure.exclude=" + String.join(",", PushServer.notNeeded("security|jdbc|actuate")))
			.run();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class App {

	}

}
