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

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.util.StringUtils;

/**
 * Which variation is served.
 */
sealed interface Serve {

	/**
	 * Return the index of the variation.
	 * @param toggleKey the key of the toggle
	 * @param user whom it is served to
	 * @return the index, or {@code null} if the user is served none
	 */
	@Nullable Integer index(String toggleKey, FlagUser user);

	static Serve read(@Nullable JsonNode node) {
		if (node != null && node.isObject()) {
			Long select = Json.integer(node, "select");
			if (select != null) {
				return new Select((select >= 0 && select <= Integer.MAX_VALUE) ? select.intValue() : -1);
			}
			JsonNode split = node.get("split");
			if (split != null && split.isObject()) {
				return Split.read(split);
			}
		}
		return new Select(-1);
	}

	/**
	 * The same variation for everybody.
	 *
	 * @param variation its index; a negative one stands for none
	 */
	record Select(int variation) implements Serve {

		@Override
		public @Nullable Integer index(String toggleKey, FlagUser user) {
			return (this.variation >= 0) ? this.variation : null;
		}

	}

	/**
	 * A variation by the bucket that a user falls into.
	 *
	 * @param distribution the buckets of each variation
	 * @param bucketBy name of the attribute that decides, or {@code null} for the key of
	 * the user
	 * @param salt what is hashed too, or {@code null} for the key of the toggle
	 */
	record Split(List<List<Range>> distribution, @Nullable String bucketBy, @Nullable String salt) implements Serve {

		private static final int BUCKETS = 10_000;

		static Split read(JsonNode node) {
			List<List<Range>> distribution = new ArrayList<>();
			for (JsonNode variation : Json.elements(node.get("distribution"))) {
				distribution.add(Json.elements(variation).stream().map(Range::read).toList());
			}
			String bucketBy = Json.text(node, "bucketBy", "");
			String salt = Json.text(node, "salt", "");
			return new Split(distribution, StringUtils.hasText(bucketBy) ? bucketBy : null,
					!salt.isEmpty() ? salt : null);
		}

		@Override
		public @Nullable Integer index(String toggleKey, FlagUser user) {
			String hashed = (this.bucketBy != null) ? user.attribute(this.bucketBy) : user.key();
			if (hashed == null) {
				return null;
			}
			long bucket = bucket(hashed, (this.salt != null) ? this.salt : toggleKey);
			for (int i = 0; i < this.distribution.size(); i++) {
				if (this.distribution.get(i).stream().anyMatch((range) -> range.contains(bucket))) {
					return i;
				}
			}
			return null;
		}

		static long bucket(String hashed, String salt) {
			try {
				MessageDigest digest = MessageDigest.getInstance("SHA-1");
				byte[] hash = digest.digest((hashed + salt).getBytes(StandardCharsets.UTF_8));
				return Integer.toUnsignedLong(ByteBuffer.wrap(hash).getInt(hash.length - Integer.BYTES)) % BUCKETS;
			}
			catch (NoSuchAlgorithmException ex) {
				throw new IllegalStateException("every Java platform has SHA-1", ex);
			}
		}

	}

	/**
	 * Buckets in a row.
	 *
	 * @param from the first one
	 * @param to the one behind the last
	 */
	record Range(long from, long to) {

		static Range read(JsonNode node) {
			List<JsonNode> ends = Json.elements(node);
			boolean readable = ends.size() == 2 && ends.stream().allMatch(JsonNode::isIntegralNumber);
			return readable ? new Range(ends.get(0).asLong(0), ends.get(1).asLong(0)) : new Range(0, 0);
		}

		boolean contains(long bucket) {
			return bucket >= this.from && bucket < this.to;
		}

	}

}
