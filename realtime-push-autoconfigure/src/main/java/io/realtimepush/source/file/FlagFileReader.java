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

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;

import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Reads the flags in a file. The name's extension tells the format.
 */
final class FlagFileReader {

	/**
	 * Largest file that is read, in bytes, and longest JSON that its values may become,
	 * in characters.
	 */
	static final int MAX_SIZE = 16 * 1024 * 1024;

	private static final Pattern NAME = Pattern.compile("(.+)\\.(yml|yaml|json)");

	private static final boolean YAML = ClassUtils.isPresent("org.yaml.snakeyaml.composer.Composer",
			FlagFileReader.class.getClassLoader());

	private FlagFileReader() {
	}

	static boolean isFlagFile(Path file) {
		return NAME.matcher(String.valueOf(file.getFileName())).matches();
	}

	/**
	 * Return the flag set that a file is called like: its path without the extension.
	 * @param relative the path from the directory that holds all flag sets
	 * @return the flag set
	 * @throws IllegalArgumentException if that is no name of a flag set
	 */
	static FlagSetId flagSetOf(Path relative) {
		String path = StreamSupport.stream(relative.spliterator(), false)
			.map(Path::toString)
			.collect(Collectors.joining("/"));
		Matcher name = NAME.matcher(path);
		Assert.isTrue(name.matches(), "file of a flag set must end with .yml, .yaml or .json");
		return FlagSetId.of(name.group(1));
	}

	/**
	 * Read the flags in a file.
	 * @param file the file
	 * @return the flags
	 * @throws IOException if it cannot be read or does not hold a mapping of flag keys
	 */
	static FlagSet read(Path file) throws IOException {
		long size = Files.size(file);
		if (size > MAX_SIZE) {
			throw new IOException("must have at most " + MAX_SIZE + " bytes, but has " + size);
		}
		String text = decode(Files.readAllBytes(file));
		try {
			return FlagSet.of(file.toString().endsWith(".json") ? JsonFlagReader.read(text) : readYaml(text));
		}
		catch (RuntimeException ex) {
			// Whatever is in one file must not keep the others from being read
			throw new IOException(ex.getMessage(), ex);
		}
	}

	private static String decode(byte[] bytes) throws IOException {
		try {
			String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
			return text.startsWith("\uFEFF") ? text.substring(1) : text;
		}
		catch (CharacterCodingException ex) {
			throw new IOException("must be UTF-8", ex);
		}
	}

	private static Map<String, FlagValue> readYaml(String text) {
		Assert.isTrue(YAML, "needs SnakeYAML to be read; add org.yaml:snakeyaml to the class path or use JSON");
		return YamlFlagReader.read(text);
	}

	/**
	 * Say in a few words why a file could not be read.
	 * @param ex the failure
	 * @return the reason
	 */
	static String describe(IOException ex) {
		if (ex instanceof NoSuchFileException) {
			return "does not exist";
		}
		if (ex instanceof AccessDeniedException) {
			return "must be readable, but access is denied";
		}
		if (ex instanceof FileSystemLoopException) {
			return "is a link to a directory that holds it";
		}
		String message = (ex instanceof FileSystemException failure) ? failure.getReason() : ex.getMessage();
		return (message != null) ? message : ex.getClass().getSimpleName();
	}

}
