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

package io.realtimepush.client.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * Puts an answer together, up to a limit, and decompresses it.
 */
final class WholeAnswer implements HttpWay.AnswerReader {

	private final BodyCollector body = new BodyCollector();

	private final int limit;

	private int status;

	private HttpHeaders headers = new DefaultHttpHeaders();

	WholeAnswer(int limit) {
		this.limit = limit;
	}

	@Override
	public void head(int answered, HttpHeaders named) {
		this.status = answered;
		this.headers = named;
	}

	@Override
	public void body(byte[] part) {
		this.body.add(part, this.limit);
	}

	HttpAnswer get() throws IOException {
		byte[] bytes = this.body.toBytes();
		if (bytes.length > 0 && "gzip".equalsIgnoreCase(this.headers.get(HttpHeaderNames.CONTENT_ENCODING))) {
			try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
				BodyCollector plain = new BodyCollector();
				// One more than allowed is refused, however much would follow
				plain.add(in.readNBytes(this.limit + 1), this.limit);
				bytes = plain.toBytes();
			}
		}
		return new HttpAnswer(this.status, this.headers, bytes);
	}

}
