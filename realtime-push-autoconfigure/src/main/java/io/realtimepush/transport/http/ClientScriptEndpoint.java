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

package io.realtimepush.transport.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

import io.netty.buffer.Unpooled;
import reactor.core.publisher.Mono;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.util.DigestUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * Serves a file of the JavaScript client. Needs no credential, may be cached, and is
 * compressed once.
 *
 * @since 0.1.0
 */
public final class ClientScriptEndpoint implements PushEndpoint {

	/**
	 * Pattern of the resources that are served.
	 */
	public static final String RESOURCES = "io/realtimepush/transport/http/client.*";

	/** A client of any age understands a server of the same protocol. */
	private static final CacheControl CACHE_CONTROL = CacheControl.maxAge(Duration.ofMinutes(10))
		.staleWhileRevalidate(Duration.ofDays(1))
		.cachePublic();

	/** A comment that has its line for itself, one behind code, and indentation. */
	private static final Pattern NO_CODE = Pattern.compile("^\\s*(//|/\\*|\\*).*$|\\s+// .*$|^\\s+");

	private final String name;

	private final String contentType;

	private final byte[] plain;

	private final byte[] compressed;

	private final String etag;

	private ClientScriptEndpoint(String name, String contentType, String text) {
		this.name = name;
		this.contentType = contentType;
		this.plain = text.getBytes(StandardCharsets.UTF_8);
		this.compressed = compress(this.plain);
		// Weak: the same for both encodings
		this.etag = "W/\"" + DigestUtils.md5DigestAsHex(this.plain) + "\"";
	}

	/**
	 * Create the endpoint of the ES module.
	 * @return the endpoint {@code client.js}
	 */
	public static ClientScriptEndpoint script() {
		return new ClientScriptEndpoint("client.js", "text/javascript;charset=utf-8",
				withoutComments(read("client.js")));
	}

	/**
	 * Create the endpoint of its TypeScript declarations.
	 * @return the endpoint {@code client.d.ts}
	 */
	public static ClientScriptEndpoint types() {
		return new ClientScriptEndpoint("client.d.ts", "text/plain;charset=utf-8", read("client.d.ts"));
	}

	private static String read(String name) {
		try (InputStream in = ClientScriptEndpoint.class.getResourceAsStream(name)) {
			if (in == null) {
				throw new IllegalStateException(
						"'" + name + "' is missing beside " + ClientScriptEndpoint.class.getName());
			}
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Lines stay, so that a stack trace of a browser tells where in the source it was.
	 */
	private static String withoutComments(String script) {
		return script.lines()
			.map((line) -> NO_CODE.matcher(line).replaceAll(""))
			.collect(Collectors.joining("\n", "", "\n"));
	}

	private static byte[] compress(byte[] plain) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new BestGzip(out)) {
			gzip.write(plain);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return out.toByteArray();
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public HttpMethod method() {
		return HttpMethod.GET;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		HttpHeaders headers = exchange.getResponse().getHeaders();
		headers.setCacheControl(CACHE_CONTROL);
		headers.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
		if (exchange.checkNotModified(this.etag)) {
			return exchange.getResponse().setComplete();
		}
		boolean gzip = AcceptEncoding.of(exchange.getRequest().getHeaders()).choose(ContentCoding.GZIP) != null;
		byte[] body = gzip ? this.compressed : this.plain;
		headers.set(HttpHeaders.CONTENT_TYPE, this.contentType);
		headers.setContentLength(body.length);
		if (gzip) {
			headers.set(HttpHeaders.CONTENT_ENCODING, "gzip");
		}
		return BodyWriter.write(exchange.getResponse(), Unpooled.wrappedBuffer(body));
	}

	/**
	 * Compresses as well as it can.
	 */
	private static final class BestGzip extends GZIPOutputStream {

		BestGzip(ByteArrayOutputStream out) throws IOException {
			super(out);
			this.def.setLevel(Deflater.BEST_COMPRESSION);
		}

	}

}
