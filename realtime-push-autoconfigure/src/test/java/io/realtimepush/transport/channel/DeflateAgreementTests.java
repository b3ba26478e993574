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

package io.realtimepush.transport.channel;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DeflateAgreement}.
 */
class DeflateAgreementTests {

	private static final String AGREED = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

	private static @Nullable DeflateAgreement of(String... offers) {
		HttpHeaders request = new HttpHeaders();
		for (String offer : offers) {
			request.add("Sec-WebSocket-Extensions", offer);
		}
		return DeflateAgreement.of(request);
	}

	private static String answer(@Nullable DeflateAgreement agreement) {
		assertThat(agreement).isNotNull();
		HttpHeaders response = new HttpHeaders();
		agreement.write(response);
		return String.valueOf(response.getFirst("Sec-WebSocket-Extensions"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "permessage-deflate", "permessage-deflate; client_max_window_bits",
			"permessage-deflate;client_max_window_bits=10;server_no_context_takeover",
			"Permessage-Deflate; client_no_context_takeover; server_no_context_takeover",
			"x-webkit-deflate-frame, permessage-deflate", "permessage-deflate; what, permessage-deflate" })
	void neitherSideTakesItsContextOver(String offer) {
		assertThat(answer(of(offer))).isEqualTo(AGREED);
		assertThat(of(offer)).isEqualTo(new DeflateAgreement(15, false));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			permessage-deflate; server_max_window_bits=8                           | 8
			permessage-deflate; server_max_window_bits="10"; client_max_window_bits | 10
			permessage-deflate; server_max_window_bits=15                          | 15
			permessage-deflate; server_max_window_bits=7, permessage-deflate; server_max_window_bits=9 | 9
			""")
	void windowOfServerIsHonoured(String offer, int bits) {
		assertThat(of(offer)).isEqualTo(new DeflateAgreement(bits, true));
		assertThat(answer(of(offer))).isEqualTo(AGREED + "; server_max_window_bits=" + bits);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ",;,", "permessage-bzip2", "permessage-deflate; what",
			"permessage-deflate; server_max_window_bits", "permessage-deflate; server_max_window_bits=16",
			"permessage-deflate; server_max_window_bits=7", "permessage-deflate; server_max_window_bits=010",
			"permessage-deflate; server_max_window_bits=", "permessage-deflate; client_max_window_bits=0",
			"permessage-deflate; client_max_window_bits=99999999999",
			"permessage-deflate; server_no_context_takeover=1",
			"permessage-deflate; client_max_window_bits; client_max_window_bits", "permessage-deflate; ;",
			"permessage-deflate; =8" })
	void offerThatIsNotValidIsDeclined(String offer) {
		assertThat(of(offer)).isNull();
	}

	@Test
	void noOfferIsNoAgreement() {
		assertThat(of()).isNull();
	}

}
