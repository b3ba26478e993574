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

package io.realtimepush.protocol;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

import io.realtimepush.flags.FlagValue;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORReadFeature;
import tools.jackson.dataformat.cbor.CBORWriteFeature;

/**
 * Messages as CBOR (RFC 8949). A number is a whole number or a decimal fraction, so that
 * its value and the digits behind its point are kept.
 * <p>
 * What is received is brought into JSON token by token, in memory that grows with the
 * message only, and so is held to the same checks as JSON is.
 */
final class CborEncoding extends MessageEncoding {

	static final MessageEncoding INSTANCE = new CborEncoding();

	/** About a thousand digits, as many as a number may have in JSON. */
	private static final int MAX_NUMBER_BITS = 3320;

	/** A major type, as the next two. */
	private static final int BYTES = 2;

	private static final int TEXTS = 3;

	private static final int TAG = 6;

	/** Before one value. The parser's time grows with the square of their number. */
	private static final int MAX_TAGS = 16;

	/** Tags by which a few bytes stand for a long text. */
	private static final Set<Long> STRING_REFERENCES = Set.of(25L, 256L);

	private static final JsonFactory TEXT = JsonFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
		.build();

	private static final CBORFactory CBOR = CBORFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder()
			// A value stands two levels deep in its message
			.maxNestingDepth(FlagValue.MAX_DEPTH + 2)
			.maxStringLength(Integer.MAX_VALUE)
			.build())
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.enable(CBORReadFeature.DECODE_USING_STANDARD_NEGATIVE_BIGINT_ENCODING)
		.enable(CBORReadFeature.READ_UNDEFINED_AS_EMBEDDED_OBJECT)
		.enable(CBORReadFeature.READ_SIMPLE_VALUE_AS_EMBEDDED_OBJECT)
		.enable(CBORWriteFeature.ENCODE_USING_STANDARD_NEGATIVE_BIGINT_ENCODING)
		.build();

	private CborEncoding() {
		super("realtime-push.v1.cbor", true);
	}

	@Override
	JsonGenerator generator(OutputStream out) {
		return CBOR.createGenerator(ObjectWriteContext.empty(), out);
	}

	@Override
	void writeValue(JsonGenerator to, FlagValue value) {
		try (JsonParser parser = TEXT.createParser(ObjectReadContext.empty(), value.json())) {
			for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
				switch (token) {
					case VALUE_NUMBER_INT -> writeWhole(to, parser.getString());
					case VALUE_NUMBER_FLOAT -> writeDecimal(to, parser.getString());
					default -> to.copyCurrentEvent(parser);
				}
			}
		}
	}

	private static void writeWhole(JsonGenerator to, String text) {
		BigInteger number = new BigInteger(text);
		if (number.bitLength() < Long.SIZE) {
			to.writeNumber(number.longValue());
		}
		else {
			to.writeNumber(number);
		}
	}

	private static void writeDecimal(JsonGenerator to, String text) {
		BigDecimal number;
		try {
			number = new BigDecimal(text);
		}
		catch (NumberFormatException ex) {
			// An exponent of more than 32 bits, which no number type takes either
			to.writeString(text);
			return;
		}
		to.writeNumber(number);
	}

	@Override
	public byte[] toJson(byte[] message) {
		checkTags(message);
		ByteArrayOutputStream out = new ByteArrayOutputStream(2 * message.length);
		try (JsonParser parser = CBOR.createParser(ObjectReadContext.empty(), message);
				JsonGenerator json = TEXT.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				throw violation("message must be a CBOR map");
			}
			copy(parser, json, StandardCharsets.UTF_8.newEncoder());
			if (parser.nextToken() != null) {
				throw violation("message must be one CBOR map, but more follows it");
			}
		}
		catch (JacksonException ex) {
			throw violation("message is not CBOR, repeats a key, or is nested deeper than " + (FlagValue.MAX_DEPTH + 2)
					+ " levels");
		}
		return out.toByteArray();
	}

	/**
	 * The parser resolves references to texts, so that a message would grow with the
	 * square of its size. Looks at heads only (RFC 8949, section 3); whatever is wrong
	 * with them is the parser's to say.
	 */
	private static void checkTags(byte[] message) {
		ByteBuffer in = ByteBuffer.wrap(message);
		int tags = 0;
		while (in.hasRemaining()) {
			int head = in.get() & 0xFF;
			int majorType = head >> 5;
			int info = head & 0x1F;
			int length = (info < 24 || info > 27) ? 0 : 1 << (info - 24);
			if (in.remaining() < length) {
				return;
			}
			long argument = (length > 0) ? argument(in, length) : info;
			tags = (majorType == TAG) ? tags + 1 : 0;
			if (tags > MAX_TAGS || (tags > 0 && STRING_REFERENCES.contains(argument))) {
				throw violation("message must not refer to texts (tags 25 and 256), nor have more than " + MAX_TAGS
						+ " tags before a value");
			}
			boolean definite = (majorType == BYTES || majorType == TEXTS) && info < 28;
			if (definite) {
				if (argument < 0 || argument > in.remaining()) {
					return;
				}
				in.position(in.position() + (int) argument);
			}
		}
	}

	private static long argument(ByteBuffer in, int length) {
		return switch (length) {
			case 1 -> in.get() & 0xFF;
			case 2 -> in.getShort() & 0xFFFF;
			case 4 -> in.getInt() & 0xFFFF_FFFFL;
			default -> in.getLong();
		};
	}

	private static void copy(JsonParser parser, JsonGenerator json, CharsetEncoder texts) {
		int depth = 0;
		JsonToken token = parser.currentToken();
		while (token != null) {
			copy(parser, token, json, texts);
			depth += token.isStructStart() ? 1 : (token.isStructEnd() ? -1 : 0);
			if (depth == 0) {
				return;
			}
			token = parser.nextToken();
		}
		throw violation("message ends within a map or an array");
	}

	private static void copy(JsonParser parser, JsonToken token, JsonGenerator json, CharsetEncoder texts) {
		switch (token) {
			case PROPERTY_NAME -> json.writeName(wellFormed(parser.currentName(), texts));
			case VALUE_STRING -> json.writeString(wellFormed(parser.getString(), texts));
			case VALUE_NUMBER_INT -> json.writeNumber(bounded(parser.getBigIntegerValue()));
			case VALUE_NUMBER_FLOAT -> copyDecimal(parser, json);
			case VALUE_EMBEDDED_OBJECT ->
				throw violation("message must not hold byte strings, 'undefined' or simple values");
			default -> json.copyCurrentEvent(parser);
		}
	}

	private static void copyDecimal(JsonParser parser, JsonGenerator json) {
		if (parser.getNumberType() == JsonParser.NumberType.BIG_DECIMAL) {
			BigDecimal number = parser.getDecimalValue();
			bounded(number.unscaledValue());
			json.writeNumber(number.toString());
			return;
		}
		double number = parser.getDoubleValue();
		if (!Double.isFinite(number)) {
			throw violation("message must not hold infinite numbers, or none");
		}
		json.writeNumber(number);
	}

	/** Half of a surrogate pair is no text, though Jackson reads it. */
	private static String wellFormed(String text, CharsetEncoder texts) {
		if (!texts.canEncode(text)) {
			throw violation("a text must be UTF-8");
		}
		return text;
	}

	private static BigInteger bounded(BigInteger number) {
		if (number.bitLength() > MAX_NUMBER_BITS) {
			throw violation("a number must have at most " + MAX_NUMBER_BITS + " bits, but has " + number.bitLength());
		}
		return number;
	}

	private static ProtocolViolationException violation(String message) {
		return new ProtocolViolationException(CloseReason.BAD_REQUEST, message);
	}

}
