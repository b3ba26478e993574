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
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

import com.github.luben.zstd.Zstd;

/**
 * How the body of an HTTP answer may be compressed (RFC 9110, section 8.4.1).
 *
 * @since 0.1.0
 */
public enum ContentCoding {

	/**
	 * Zstandard (RFC 8878), with {@code com.github.luben:zstd-jni} on the class path.
	 */
	ZSTD("zstd") {

		@Override
		byte[] compress(byte[] content) {
			return Zstd.compress(content, ZSTD_LEVEL);
		}

	},

	/**
	 * Gzip (RFC 1952).
	 */
	GZIP("gzip") {

		@Override
		byte[] compress(byte[] content) {
			ByteArrayOutputStream out = new ByteArrayOutputStream(content.length / 4);
			try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
				gzip.write(content);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			return out.toByteArray();
		}

	};

	/**
	 * Takes as long as gzip does and is shorter; at the default of 3 it would be longer.
	 */
	private static final int ZSTD_LEVEL = 12;

	private final String token;

	/** Whether the library is there, and runs on this platform. */
	private final boolean available;

	ContentCoding(String token) {
		this.token = token;
		this.available = isUsable();
	}

	private boolean isUsable() {
		try {
			return compress(new byte[1]).length > 0;
		}
		catch (LinkageError ex) {
			return false;
		}
	}

	abstract byte[] compress(byte[] content);

	/**
	 * Return the name of the coding.
	 * @return the name, as it stands in headers
	 */
	public String token() {
		return this.token;
	}

	/**
	 * Return whether answers can be compressed this way.
	 * @return whether its library is there
	 */
	public boolean isAvailable() {
		return this.available;
	}

}
