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

package io.realtimepush.featureprobe;

import java.util.ArrayList;
import java.util.List;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

import org.springframework.util.Assert;

/**
 * What an SDK has reported in one request.
 *
 * @param key the SDK key, of either kind
 * @param flagSet the flag set that it selects
 * @param sdk name and version of the SDK as it says, for instance {@code Java/2.1.1}, or
 * {@code null} if it does not
 * @param batches the batches as JSON objects, each with {@code events} and
 * {@code access}; nothing in them is checked
 * @since 0.1.0
 */
public record EventReport(SdkKey key, FlagSetId flagSet, @Nullable String sdk, List<FlagValue> batches) {

	public EventReport {
		batches = List.copyOf(batches);
	}

	/**
	 * Read the batches of a report.
	 * @param json an array of objects; one object stands for an array of it
	 * @return the batches
	 * @throws IllegalArgumentException if it is something else
	 */
	public static List<FlagValue> readBatches(String json) {
		List<FlagValue> batches = new ArrayList<>();
		try (JsonParser parser = Json.MAPPER.createParser(json)) {
			boolean array = parser.nextToken() == JsonToken.START_ARRAY;
			if (array) {
				parser.nextToken();
			}
			while (parser.currentToken() == JsonToken.START_OBJECT) {
				batches.add(FlagValue.read(parser));
				parser.nextToken();
			}
			boolean ended = array ? parser.currentToken() == JsonToken.END_ARRAY && parser.nextToken() == null
					: parser.currentToken() == null && batches.size() == 1;
			Assert.isTrue(ended, "events must be a JSON array of objects");
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("events must be a JSON array of objects, but are no JSON");
		}
		return batches;
	}

	/**
	 * Return how many events are reported one by one. Those that are only counted, in
	 * {@code access}, are not among them.
	 * @return the number of events of all batches
	 */
	public int events() {
		int count = 0;
		for (FlagValue batch : this.batches) {
			JsonNode node = Toggle.parse(batch);
			count += Json.elements((node != null) ? node.get("events") : null).size();
		}
		return count;
	}

}
