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

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

import org.springframework.util.Assert;

/**
 * A certificate for {@code localhost} that is made when it is first needed.
 */
public final class TestKeyStore {

	public static final String PASSWORD = "loopback";

	private static final Path PATH = create();

	private TestKeyStore() {
	}

	public static Path path() {
		return PATH;
	}

	/** Another certificate for the same hosts. */
	public static Path create() {
		try {
			Path directory = Files.createTempDirectory("loopback");
			Path keyStore = directory.resolve("loopback.p12");
			String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
			Process process = new ProcessBuilder(keytool, "-genkeypair", "-alias", "loopback", "-keyalg", "EC",
					"-groupname", "secp256r1", "-dname", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1",
					"-validity", "2", "-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", keyStore.toString())
				.redirectErrorStream(true)
				.start();
			Assert.state(process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0,
					"keytool could not make a certificate");
			keyStore.toFile().deleteOnExit();
			directory.toFile().deleteOnExit();
			return keyStore;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Trusts a certificate and nothing else. */
	public static TrustManagerFactory trust(Certificate certificate) {
		try {
			KeyStore trusted = KeyStore.getInstance("PKCS12");
			trusted.load(null, null);
			trusted.setCertificateEntry("loopback", certificate);
			TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			factory.init(trusted);
			return factory;
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The certificate of a key store. */
	public static Certificate certificate(Path path) {
		try (InputStream in = Files.newInputStream(path)) {
			KeyStore keyStore = KeyStore.getInstance("PKCS12");
			keyStore.load(in, PASSWORD.toCharArray());
			return keyStore.getCertificate("loopback");
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The keys of a key store. */
	public static X509ExtendedKeyManager keys(Path path) {
		for (KeyManager manager : keyManagers(path).getKeyManagers()) {
			if (manager instanceof X509ExtendedKeyManager keys) {
				return keys;
			}
		}
		throw new IllegalStateException("no keys");
	}

	static KeyManagerFactory keyManagers(Path path) {
		try (InputStream in = Files.newInputStream(path)) {
			KeyStore keyStore = KeyStore.getInstance("PKCS12");
			keyStore.load(in, PASSWORD.toCharArray());
			KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			factory.init(keyStore, PASSWORD.toCharArray());
			return factory;
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** A context of clients that trust the certificate and nothing else. */
	public static SSLContext clientContext() {
		try {
			SSLContext context = SSLContext.getInstance("TLSv1.3");
			context.init(null, trust(certificate(PATH)).getTrustManagers(), null);
			return context;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
