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

package io.realtimepush.token;

import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A key that tokens are signed and checked with: a secret, or a private key with the
 * public key that belongs to it.
 * <p>
 * Immutable. Neither secret nor private key is ever printed.
 *
 * @since 0.1.0
 */
public final class TokenKey {

	/**
	 * Fewest bytes of a secret, as many as the hash has (RFC 7518, section 3.2).
	 */
	public static final int MIN_SECRET_LENGTH = 32;

	/**
	 * Fewest bits of an RSA key (RFC 7518, section 3.3).
	 */
	public static final int MIN_RSA_BITS = 2048;

	private final JWK jwk;

	private final JWSAlgorithm algorithm;

	/**
	 * Create a key that is a secret, for HMAC-SHA-256.
	 * @param id its name, which tokens carry
	 * @param secret at least 32 bytes
	 * @throws IllegalArgumentException if the secret is shorter
	 */
	public TokenKey(String id, byte[] secret) {
		this(new OctetSequenceKey.Builder(secret.clone()).keyID(id).algorithm(JWSAlgorithm.HS256).build());
	}

	private TokenKey(JWK jwk) {
		Assert.hasText(jwk.getKeyID(), "a key of tokens needs an id");
		this.jwk = jwk;
		this.algorithm = algorithm(jwk);
	}

	/**
	 * Create a key that is a pair, for RSA or elliptic curves.
	 * @param id its name, which tokens carry, or {@code null} for the hash of the public
	 * key (RFC 7638)
	 * @param publicKey the key to check with, which may be published
	 * @param privateKey the key to sign with
	 * @return the key
	 * @throws IllegalArgumentException if it is of another kind or too short
	 */
	public static TokenKey of(@Nullable String id, PublicKey publicKey, PrivateKey privateKey) {
		if (publicKey instanceof RSAPublicKey rsa) {
			return named(id, new RSAKey.Builder(rsa).privateKey(privateKey).build());
		}
		if (publicKey instanceof ECPublicKey ec) {
			return named(id,
					new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec).privateKey(privateKey).build());
		}
		throw new IllegalArgumentException(
				"a key of tokens must be RSA or of an elliptic curve, but is " + publicKey.getAlgorithm());
	}

	/**
	 * Read a private JWK (RFC 7517).
	 * @param id its name, which tokens carry, or {@code null} for the {@code kid} of the
	 * JWK or else the hash of the public key (RFC 7638)
	 * @param json the JWK
	 * @return the key
	 * @throws IllegalArgumentException if it is no private JWK, of another kind or too
	 * short
	 */
	public static TokenKey ofJwk(@Nullable String id, String json) {
		JWK jwk;
		try {
			jwk = JWK.parse(json);
		}
		catch (ParseException ex) {
			// Without the cause, which may repeat what it has read
			throw new IllegalArgumentException("a key of tokens must be a JWK");
		}
		Assert.isTrue(jwk.isPrivate(), "a key of tokens must have its private part");
		return named((id != null) ? id : jwk.getKeyID(), jwk);
	}

	private static TokenKey named(@Nullable String id, JWK jwk) {
		try {
			String name = (id != null) ? id : jwk.computeThumbprint().toString();
			if (jwk instanceof RSAKey rsa) {
				return new TokenKey(
						new RSAKey.Builder(rsa).keyID(name).algorithm(algorithm(rsa)).keyUse(KeyUse.SIGNATURE).build());
			}
			if (jwk instanceof ECKey ec) {
				return new TokenKey(
						new ECKey.Builder(ec).keyID(name).algorithm(algorithm(ec)).keyUse(KeyUse.SIGNATURE).build());
			}
			if (jwk instanceof OctetSequenceKey secret) {
				return new TokenKey(name, secret.toByteArray());
			}
		}
		catch (JOSEException ex) {
			throw new IllegalArgumentException("a key of tokens has no hash", ex);
		}
		throw new IllegalArgumentException(
				"a key of tokens must be RSA or of an elliptic curve, but is " + jwk.getKeyType());
	}

	private static JWSAlgorithm algorithm(JWK jwk) {
		if (jwk instanceof RSAKey rsa) {
			Assert.isTrue(rsa.size() >= MIN_RSA_BITS,
					() -> "an RSA key of tokens must have at least " + MIN_RSA_BITS + " bits, but has " + rsa.size());
			return JWSAlgorithm.PS256.equals(rsa.getAlgorithm()) ? JWSAlgorithm.PS256 : JWSAlgorithm.RS256;
		}
		if (jwk instanceof ECKey ec) {
			boolean small = Curve.P_256.equals(ec.getCurve());
			Assert.isTrue(small || Curve.P_384.equals(ec.getCurve()),
					() -> "an elliptic curve of tokens must be P-256 or P-384, but is " + ec.getCurve());
			return small ? JWSAlgorithm.ES256 : JWSAlgorithm.ES384;
		}
		if (jwk.size() < MIN_SECRET_LENGTH * Byte.SIZE) {
			throw new IllegalArgumentException("the secret of key '" + jwk.getKeyID() + "' must have at least "
					+ MIN_SECRET_LENGTH + " bytes, but has " + jwk.size() / Byte.SIZE);
		}
		return JWSAlgorithm.HS256;
	}

	/**
	 * Return the name of the key.
	 * @return the id, which tokens carry
	 */
	public String id() {
		return this.jwk.getKeyID();
	}

	/**
	 * Return whether there is a public key, which others can check tokens with.
	 * @return whether this is a pair
	 */
	public boolean isPair() {
		return !(this.jwk instanceof OctetSequenceKey);
	}

	JWK jwk() {
		return this.jwk;
	}

	JWSAlgorithm algorithm() {
		return this.algorithm;
	}

	JWSSigner signer() {
		try {
			if (this.jwk instanceof RSAKey rsa) {
				return new RSASSASigner(rsa);
			}
			return (this.jwk instanceof ECKey ec) ? new ECDSASigner(ec) : new MACSigner(this.jwk.toOctetSequenceKey());
		}
		catch (JOSEException ex) {
			throw new IllegalArgumentException("key '" + id() + "' cannot sign", ex);
		}
	}

	/**
	 * Leave out the secret, so that it reaches no log.
	 */
	@Override
	public String toString() {
		return "TokenKey[id=" + id() + ", algorithm=" + this.algorithm + "]";
	}

}
