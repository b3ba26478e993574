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

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.realtimepush.token.TokenKey;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.core.io.Resource;

/**
 * Reads a private key from a file. Messages never repeat what stands in it.
 */
final class TokenKeyFile {

	private static final Pattern PUBLIC_KEY = Pattern
		.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");

	private TokenKeyFile() {
	}

	/**
	 * Read a key.
	 * @param property the property that names the file
	 * @param id the name of the key, or {@code null}
	 * @param location the file: PEM, or a JWK
	 * @throws ConfigurationProblemException if there is no such key
	 */
	static TokenKey read(String property, @Nullable String id, Resource location) {
		String value = "'" + location + "'";
		String text;
		try {
			text = location.getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw PropertyCheck.wrong(property, "must be a file that can be read", value, ex);
		}
		try {
			return text.stripLeading().startsWith("{") ? TokenKey.ofJwk(id, text) : readPem(id, text);
		}
		catch (IllegalArgumentException ex) {
			throw PropertyCheck.wrong(property, "cannot be used: " + ex.getMessage(), value, ex);
		}
		catch (GeneralSecurityException | IllegalStateException ex) {
			throw PropertyCheck.wrong(property, "must be a private key in PEM, or a private JWK", value, ex);
		}
	}

	private static TokenKey readPem(@Nullable String id, String text) throws GeneralSecurityException {
		PrivateKey privateKey = PemContent.of(text).getPrivateKey();
		if (privateKey == null) {
			throw new IllegalArgumentException("there is no private key in it");
		}
		return TokenKey.of(id, publicKey(privateKey, text), privateKey);
	}

	/** An RSA key has its public part in itself. */
	private static PublicKey publicKey(PrivateKey privateKey, String text) throws GeneralSecurityException {
		KeyFactory factory = KeyFactory.getInstance(privateKey.getAlgorithm());
		if (privateKey instanceof RSAPrivateCrtKey rsa) {
			return factory.generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
		}
		Matcher matcher = PUBLIC_KEY.matcher(text);
		if (!matcher.find()) {
			throw new IllegalArgumentException("the public key must follow the private one: "
					+ "'openssl pkey -in key.pem -pubout >> key.pem' appends it");
		}
		return factory.generatePublic(new X509EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(1))));
	}

}
