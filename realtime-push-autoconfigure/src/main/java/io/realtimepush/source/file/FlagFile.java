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
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

import io.realtimepush.flags.FlagSet;
import org.jspecify.annotations.Nullable;

/**
 * One file and what is known about its last read. Not safe for use by many threads.
 */
final class FlagFile {

	/**
	 * Age up to which a file may change without another time, in the coarsest file
	 * systems. Until then it is read again each time.
	 */
	private static final Duration TIME_STEP = Duration.ofSeconds(2);

	private final Path path;

	private @Nullable State lastRead;

	private boolean settled;

	private @Nullable String problem;

	FlagFile(Path path) {
		this.path = path;
	}

	Path path() {
		return this.path;
	}

	/**
	 * Return why the file could not be read when that was tried last.
	 * @return the problem, or {@code null} if there is none
	 */
	@Nullable String problem() {
		return this.problem;
	}

	/**
	 * Read the file if it may have changed since it was read.
	 * @param quiet how long nobody must have written to it, unless it is read for the
	 * first time
	 * @return the flags, or {@code null} if there is nothing new or it cannot be read
	 */
	@Nullable FlagSet readIfChanged(Duration quiet) {
		try {
			State present = State.of(this.path);
			Duration age = Duration.between(present.modified().toInstant(), Instant.now());
			boolean unchanged = this.settled && present.equals(this.lastRead);
			boolean beingWritten = this.lastRead != null && !age.isNegative() && age.compareTo(quiet) < 0;
			if (unchanged || beingWritten) {
				return null;
			}
			this.lastRead = present;
			this.settled = age.compareTo(TIME_STEP) > 0;
			FlagSet flags = FlagFileReader.read(this.path);
			this.settled &= State.of(this.path).equals(present);
			this.problem = null;
			return flags;
		}
		catch (IOException ex) {
			// Rights may come back and links be repaired without another time
			this.settled = false;
			this.problem = FlagFileReader.describe(ex);
			return null;
		}
	}

	/**
	 * What tells cheaply that a file is another one than before.
	 */
	private record State(Path realPath, @Nullable Object key, FileTime modified, long size) {

		static State of(Path path) throws IOException {
			Path realPath = path.toRealPath();
			BasicFileAttributes attributes = Files.readAttributes(realPath, BasicFileAttributes.class);
			return new State(realPath, attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
		}

	}

}
