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

package io.realtimepush.benchmarks.load;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Marker}.
 */
class MarkerTests {

	@Test
	void bodyHasTheSizeThatIsAskedFor() {
		assertThat(Marker.body(12, 200)).hasSize(200).startsWith("{\"pad\":\"xxx").endsWith("@@\"}");
	}

	@Test
	void markerIsFoundAndReadInsideOfOtherText() {
		byte[] data = bytes("data: {\"m\":\"" + Marker.text(12, 345) + "\"}\n\n");
		int at = Marker.lastIn(data, 0, data.length);
		assertThat(Marker.number(data, at)).isEqualTo(12);
		assertThat(Marker.nanos(data, at)).isEqualTo(345);
	}

	@Test
	void lastOfSeveralMarkersIsFound() {
		byte[] data = bytes(Marker.text(12, 345) + "@@" + Marker.text(13, 346) + "@");
		assertThat(Marker.number(data, Marker.lastIn(data, 0, data.length))).isEqualTo(13);
	}

	@Test
	void partOfMarkerIsNotFound() {
		byte[] data = bytes(Marker.text(12, 345));
		assertThat(Marker.lastIn(data, 0, data.length - 1)).isEqualTo(-1);
		assertThat(Marker.lastIn(data, 1, data.length)).isEqualTo(-1);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
