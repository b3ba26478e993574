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

package io.realtimepush.source.featureprobe;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.realtimepush.flags.RealtimePushException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Asks a FeatureProbe back end, or a FeatureProbe Server, by HTTP.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class FeatureProbeBackEnd implements AutoCloseable {

	private static final int MAX_CONNECTIONS = 8;

	private static final Duration MAX_IDLE = Duration.ofSeconds(30);

	private final ConnectionProvider connections;

	private final HttpClient http;

	private final URI toggles;

	private final @Nullable URI secrets;

	private final int maxBytes;

	/**
	 * Create a back end.
	 * @param toggles the URL of the toggles of an environment
	 * @param secrets the URL of the keys of all environments, or {@code null}
	 * @param timeout longest time that it may take to answer
	 * @param maxBytes largest answer that is read
	 */
	public FeatureProbeBackEnd(URI toggles, @Nullable URI secrets, Duration timeout, int maxBytes) {
		this.toggles = toggles;
		this.secrets = secrets;
		this.maxBytes = maxBytes;
		this.connections = ConnectionProvider.builder("realtime-push-featureprobe")
			.maxConnections(MAX_CONNECTIONS)
			.pendingAcquireMaxCount(-1)
			.maxIdleTime(MAX_IDLE)
			.build();
		this.http = HttpClient.create(this.connections)
			.compress(true)
			.followRedirect(false)
			.responseTimeout(timeout)
			.headers((headers) -> headers.set(HttpHeaderNames.ACCEPT, "application/json")
				.set(HttpHeaderNames.USER_AGENT, "realtime-push"));
	}

	/**
	 * Ask for the toggles of an environment.
	 * @param serverKey the key of the environment
	 * @param version the version that is there already, or {@code null} if there is none
	 */
	Mono<Answer> toggles(String serverKey, @Nullable Long version) {
		return get(withVersion(this.toggles, version), serverKey);
	}

	/**
	 * Ask for the keys of all environments.
	 * @param version the version that is there already, or {@code null} if there is none
	 */
	Mono<Answer> secrets(@Nullable Long version) {
		URI url = this.secrets;
		return (url != null) ? get(withVersion(url, version), null) : Mono.empty();
	}

	boolean hasSecrets() {
		return this.secrets != null;
	}

	private static URI withVersion(URI url, @Nullable Long version) {
		if (version == null) {
			return url;
		}
		String separator = (url.getRawQuery() != null) ? "&" : "?";
		return URI.create(url + separator + "version=" + version);
	}

	private Mono<Answer> get(URI url, @Nullable String key) {
		return this.http.headers((headers) -> {
			if (key != null) {
				headers.set(HttpHeaderNames.AUTHORIZATION, key);
			}
		})
			.get()
			.uri(url)
			.response((response, content) -> collect(content).map((body) -> new Answer(response.status().code(), body)))
			.single();
	}

	private Mono<byte[]> collect(ByteBufFlux content) {
		return content.asByteArray().collect(ByteArrayOutputStream::new, (body, part) -> {
			if (body.size() + part.length > this.maxBytes) {
				throw new RealtimePushException("the back end sent more than " + this.maxBytes
						+ " bytes; raise 'realtime-push.source.featureprobe.max-size' if that is right");
			}
			body.writeBytes(part);
		}).map(ByteArrayOutputStream::toByteArray);
	}

	/**
	 * Close what is idle.
	 */
	@Override
	public void close() {
		this.connections.disposeLater().subscribe();
	}

	/**
	 * An answer.
	 *
	 * @param status the HTTP status
	 * @param body the body
	 */
	record Answer(int status, byte[] body) {

		boolean isOk() {
			return this.status == 200;
		}

		/** The back end says so in its own way, others in the usual one. */
		boolean isUnchanged() {
			return this.status == 406 || this.status == 304;
		}

		/** The key is not known. */
		boolean isUnknown() {
			return this.status == 404 || this.status == 401 || this.status == 403 || this.status == 400;
		}

		RealtimePushException toException() {
			return new RealtimePushException("the back end answered with status " + this.status);
		}

	}

}
