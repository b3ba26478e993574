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

package io.realtimepush.source.file;

import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import org.springframework.util.Assert;

/**
 * Reads flags from a YAML mapping. Goes from the nodes of the document straight to JSON,
 * so that no Java type is ever constructed and numbers and keys keep their text.
 */
final class YamlFlagReader {

	private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?");

	private static final Pattern TRUE = Pattern.compile("(?i)yes|true|on");

	private static final JsonFactory JSON = new JsonFactory();

	private YamlFlagReader() {
	}

	/**
	 * Read the entries of a mapping.
	 * @param text the YAML text
	 * @return the values by flag key
	 * @throws IllegalArgumentException if the text is not exactly one YAML mapping, or
	 * has what JSON has not
	 */
	static Map<String, FlagValue> read(String text) {
		try {
			Node root = compose(text);
			// An empty document is a file that is being written, not an empty flag set
			Assert.isTrue(root != null, "must hold a YAML mapping of flags, but is empty; write {} for no flags");
			Map<String, FlagValue> flags = new LinkedHashMap<>();
			int length = 0;
			for (Map.Entry<String, Node> entry : entries(root, 0).entrySet()) {
				FlagValue value = valueOf(entry.getValue(), FlagFileReader.MAX_SIZE - length);
				length += value.json().length();
				flags.put(entry.getKey(), value);
			}
			return flags;
		}
		catch (MarkedYAMLException ex) {
			throw new IllegalArgumentException("must be YAML, but " + at(ex.getProblemMark()) + ex.getProblem(), ex);
		}
		catch (YAMLException ex) {
			throw new IllegalArgumentException("must be YAML, but " + ex.getMessage(), ex);
		}
	}

	private static @Nullable Node compose(String text) {
		LoaderOptions options = new LoaderOptions();
		options.setAllowDuplicateKeys(false);
		options.setMaxAliasesForCollections(50);
		options.setNestingDepthLimit(FlagValue.MAX_DEPTH + 1);
		options.setCodePointLimit(FlagFileReader.MAX_SIZE);
		return new Composer(new ParserImpl(new StreamReader(text), options), new JsonScalars(), options)
			.getSingleNode();
	}

	private static FlagValue valueOf(Node node, int maxLength) {
		StringWriter out = new StringWriter();
		try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
			new NodeWriter(generator, out, maxLength).write(node, 0);
		}
		return FlagValue.ofCompactJson(out.toString());
	}

	// Own entries win over those merged in by <<, and of these the first
	private static Map<String, Node> entries(Node node, int depth) {
		requireDepth(node, depth);
		Assert.isTrue(node instanceof MappingNode, () -> at(node.getStartMark()) + "must be a mapping");
		Map<String, Node> own = new LinkedHashMap<>();
		Map<String, Node> merged = new LinkedHashMap<>();
		for (NodeTuple tuple : ((MappingNode) node).getValue()) {
			Node key = tuple.getKeyNode();
			Node value = tuple.getValueNode();
			if (key.getTag().equals(Tag.MERGE)) {
				List<Node> sources = (value instanceof SequenceNode list) ? list.getValue() : List.of(value);
				sources.forEach((source) -> entries(source, depth + 1).forEach(merged::putIfAbsent));
			}
			else {
				Assert.isTrue(key instanceof ScalarNode, () -> at(key.getStartMark()) + "key must be a scalar");
				String name = ((ScalarNode) key).getValue();
				Assert.isTrue(own.put(name, value) == null,
						() -> at(key.getStartMark()) + "key '" + name + "' must not be repeated");
			}
		}
		merged.forEach(own::putIfAbsent);
		return own;
	}

	private static void requireDepth(Node node, int depth) {
		Assert.isTrue(depth <= FlagValue.MAX_DEPTH,
				() -> at(node.getStartMark()) + "must be nested at most " + FlagValue.MAX_DEPTH + " levels");
	}

	private static String at(Mark mark) {
		return "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1) + ": ";
	}

	/**
	 * Plain scalars that are no strings: those that JSON has too, in its notation, and
	 * the words of YAML for booleans and null. Timestamps, octal numbers and the like
	 * stay what is written.
	 */
	private static final class JsonScalars extends Resolver {

		@Override
		protected void addImplicitResolvers() {
			addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
			addImplicitResolver(Tag.FLOAT, NUMBER, "-0123456789");
			addImplicitResolver(Tag.MERGE, MERGE, "<");
			addImplicitResolver(Tag.NULL, NULL, "~nN\0");
			addImplicitResolver(Tag.NULL, EMPTY, null);
		}

	}

	/**
	 * Writes nodes as JSON. Aliases are written out each time, so a small document can
	 * become a large value: what is written is limited.
	 */
	private record NodeWriter(JsonGenerator generator, StringWriter out, int maxLength) {

		void write(Node node, int depth) {
			requireDepth(node, depth);
			Assert.isTrue(this.out.getBuffer().length() <= this.maxLength, () -> at(node.getStartMark())
					+ "flags must have at most " + FlagFileReader.MAX_SIZE + " characters as JSON");
			if (node instanceof ScalarNode scalar) {
				writeScalar(scalar);
			}
			else if (node instanceof SequenceNode sequence) {
				requireTag(node, Tag.SEQ);
				this.generator.writeStartArray();
				sequence.getValue().forEach((item) -> write(item, depth + 1));
				this.generator.writeEndArray();
			}
			else {
				requireTag(node, Tag.MAP);
				this.generator.writeStartObject();
				entries(node, depth).forEach((name, value) -> {
					this.generator.writeName(name);
					write(value, depth + 1);
				});
				this.generator.writeEndObject();
			}
		}

		private void writeScalar(ScalarNode node) {
			Tag tag = node.getTag();
			String text = node.getValue();
			if (tag.equals(Tag.NULL)) {
				this.generator.writeNull();
			}
			else if (tag.equals(Tag.BOOL)) {
				this.generator.writeBoolean(TRUE.matcher(text).matches());
			}
			else if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
				Assert.isTrue(NUMBER.matcher(text).matches(), () -> at(node.getStartMark()) + "must be a number");
				this.generator.writeNumber(text);
			}
			else {
				requireTag(node, Tag.STR);
				this.generator.writeString(text);
			}
		}

		private static void requireTag(Node node, Tag tag) {
			Assert.isTrue(node.getTag().equals(tag),
					() -> at(node.getStartMark()) + "tag " + node.getTag() + " is not supported");
		}

	}

}
