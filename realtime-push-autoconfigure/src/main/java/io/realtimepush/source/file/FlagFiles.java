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
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.realtimepush.flags.FlagSetId;
import org.jspecify.annotations.Nullable;

/**
 * Which file holds which flag set. Answers what is there now; a missing place is not an
 * error.
 */
interface FlagFiles {

	Found find();

	/**
	 * One file that holds one flag set.
	 * @param file the file
	 * @param flagSet the flag set
	 * @return what is found
	 */
	static FlagFiles single(Path file, FlagSetId flagSet) {
		return () -> new Found(Map.of(flagSet, file), Set.of(), Map.of());
	}

	/**
	 * All files below a directory, each of which holds the flag set that is called like
	 * it.
	 * @param directory the directory
	 * @return what is found
	 */
	static FlagFiles below(Path directory) {
		return () -> {
			DirectoryVisitor visitor = new DirectoryVisitor(directory);
			try {
				Files.walkFileTree(directory, EnumSet.of(FileVisitOption.FOLLOW_LINKS), DirectoryVisitor.MAX_DEPTH,
						visitor);
			}
			catch (IOException ex) {
				visitor.problems.put(directory.toString(), FlagFileReader.describe(ex));
			}
			return visitor.found();
		};
	}

	/**
	 * What is there.
	 *
	 * @param files the files by flag set
	 * @param directories the directories that were searched
	 * @param problems what could not be searched or named, by path
	 */
	record Found(Map<FlagSetId, Path> files, Set<Path> directories, Map<String, String> problems) {

	}

	/**
	 * Collects the files of flag sets. What starts with a dot is hidden: Kubernetes keeps
	 * the real files of a ConfigMap in such directories and links to them.
	 */
	final class DirectoryVisitor extends SimpleFileVisitor<Path> {

		static final int MAX_DEPTH = 16;

		private final Path root;

		private final Map<FlagSetId, Path> files = new TreeMap<>();

		private final Set<FlagSetId> ambiguous = new HashSet<>();

		private final Set<Path> directories = new LinkedHashSet<>();

		private final Map<String, String> problems = new TreeMap<>();

		DirectoryVisitor(Path root) {
			this.root = root;
		}

		Found found() {
			this.files.keySet().removeAll(this.ambiguous);
			return new Found(this.files, this.directories, this.problems);
		}

		@Override
		public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
			if (!directory.equals(this.root) && isHidden(directory)) {
				return FileVisitResult.SKIP_SUBTREE;
			}
			this.directories.add(directory);
			return FileVisitResult.CONTINUE;
		}

		@Override
		public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
			if (attributes.isDirectory() || isHidden(file) || !FlagFileReader.isFlagFile(file)) {
				return FileVisitResult.CONTINUE;
			}
			try {
				add(FlagFileReader.flagSetOf(this.root.relativize(file)), file);
			}
			catch (IllegalArgumentException ex) {
				this.problems.put(file.toString(), String.valueOf(ex.getMessage()));
			}
			return FileVisitResult.CONTINUE;
		}

		private void add(FlagSetId flagSet, Path file) {
			Path other = this.files.putIfAbsent(flagSet, file);
			if (other != null) {
				this.ambiguous.add(flagSet);
				this.problems.put(file.toString(),
						"holds flag set '" + flagSet + "', which " + other + " holds too; remove one of them");
			}
		}

		@Override
		public FileVisitResult visitFileFailed(Path path, IOException ex) {
			if (path.equals(this.root) || FlagFileReader.isFlagFile(path)) {
				this.problems.put(path.toString(), FlagFileReader.describe(ex));
			}
			return FileVisitResult.CONTINUE;
		}

		@Override
		public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException ex) {
			return FileVisitResult.CONTINUE;
		}

		private static boolean isHidden(Path path) {
			return path.getFileName().toString().startsWith(".");
		}

	}

}
