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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which entries of which directories decide what some paths lead to: every directory and
 * every link on the way. An entry that comes, goes or changes is noticed even if the
 * directory below it is not there now, or a link above it turns elsewhere, as
 * {@code ..data} of a Kubernetes ConfigMap does.
 */
final class WatchPoints {

	private static final int MAX_LINKS = 40;

	/**
	 * Stands for all entries of a directory.
	 */
	static final Path ALL = Path.of("");

	private final Map<Path, Set<Path>> entries = new HashMap<>();

	/**
	 * Return the names of the entries by directory.
	 * @return the entries to watch
	 */
	Map<Path, Set<Path>> entries() {
		return this.entries;
	}

	void addDirectory(Path directory) {
		add(resolve(directory), ALL);
	}

	void addPath(Path path) {
		resolve(path);
	}

	/**
	 * Walk along a path as the kernel does.
	 * @param path the path
	 * @return the path without links, as far as it exists
	 */
	private Path resolve(Path path) {
		Path absolute = path.toAbsolutePath();
		Path directory = absolute.getRoot();
		Deque<Path> rest = new ArrayDeque<>();
		absolute.forEach(rest::addLast);
		int links = 0;
		while (!rest.isEmpty()) {
			Path name = rest.removeFirst();
			if (name.toString().equals("..")) {
				directory = (directory.getParent() != null) ? directory.getParent() : directory;
				continue;
			}
			if (name.equals(ALL) || name.toString().equals(".")) {
				continue;
			}
			add(directory, name);
			Path next = directory.resolve(name);
			Path target = (links < MAX_LINKS) ? targetOf(next) : next;
			if (target.equals(next)) {
				directory = next;
				continue;
			}
			links++;
			for (int i = target.getNameCount() - 1; i >= 0; i--) {
				rest.addFirst(target.getName(i));
			}
			directory = target.isAbsolute() ? target.getRoot() : directory;
		}
		return directory;
	}

	private static Path targetOf(Path path) {
		try {
			return Files.isSymbolicLink(path) ? Files.readSymbolicLink(path) : path;
		}
		catch (IOException ex) {
			// Gone between the two calls: its directory tells when it comes back
			return path;
		}
	}

	private void add(Path directory, Path name) {
		this.entries.computeIfAbsent(directory, (key) -> new HashSet<>()).add(name);
	}

}
