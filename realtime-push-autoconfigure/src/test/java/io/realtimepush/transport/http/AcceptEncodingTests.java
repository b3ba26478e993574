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

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AcceptEncoding}.
 */
class AcceptEncodingTests {

	private static @Nullable ContentCoding choose(String... headers) {
		HttpHeaders request = new HttpHeaders();
		for (String header : headers) {
			request.add(HttpHeaders.ACCEPT_ENCODING, header);
		}
		return AcceptEncoding.of(request).choose(ContentCoding.ZSTD, ContentCoding.GZIP);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			gzip                             | GZIP
			x-gzip                           | GZIP
			GZIP ; Q=0.001                   | GZIP
			gzip, deflate, br, zstd          | ZSTD
			zstd;q=0.5, gzip;q=0.8           | GZIP
			gzip;q=0.8, zstd;q=0.8           | ZSTD
			*                                | ZSTD
			*;q=0.3, zstd;q=0                | GZIP
			gzip, identity;q=0.5             | GZIP
			identity;q=0, gzip;q=0.1         | GZIP
			gzip;level=9, zstd               | ZSTD
			""")
	void bestIsChosen(String header, ContentCoding expected) {
		assertThat(choose(header)).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "br", "deflate", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *;q=0",
			"gzip;q=0.5, identity", "gzip;q=2", "gzip;q=-1", "gzip;q=x", "gzip;q=", "gzip;q=0.1234", ";;q=,,\t*;q=-1",
			"gzip zstd", "\"gzip\"" })
	void nothingIsChosen(String header) {
		assertThat(choose(header)).isNull();
	}

	@Test
	void headersAreOneList() {
		assertThat(choose("br", "gzip")).isEqualTo(ContentCoding.GZIP);
		assertThat(choose()).isNull();
	}

}
