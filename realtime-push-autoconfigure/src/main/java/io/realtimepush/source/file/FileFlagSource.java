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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.realtimepush.flags.Epochs;
import io.realtimepush.flags.FlagHints;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSetNotFoundException;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagSourceHealth;
import io.realtimepush.flags.RealtimePushException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.util.Assert;

/**
 * Flags in YAML and JSON files, each a mapping of flag key to any value. Files are
 * watched; each question also looks whether one has changed, by its time, size and real
 * path, so that a change is found where watching does not work.
 * <p>
 * A file that cannot be read, is empty, half-written or gone leaves its flag set as it
 * was read last, and is told by the log and by {@link #problems()}. Files have no
 * versions: each process counts the changes it sees under a random epoch.
 * <p>
 * Safe for use by many threads. Files are read on a scheduler that may block and on the
 * watching thread, which ends with {@link #close()}.
 *
 * @since 0.1.0
 */
public final class FileFlagSource implements FlagSource, FlagSourceHealth, AutoCloseable {

	private static final Log logger = LogFactory.getLog(FileFlagSource.class);

	/**
	 * Silence after which a probe takes the writer of a file to be done. The watcher
	 * waits by itself.
	 */
	private static final Duration QUIET = Duration.ofMillis(50);

	private final Path location;

	private final FlagFiles flagFiles;

	private final FlagHints hints = new FlagHints();

	private final ConcurrentMap<FlagSetId, FlagSnapshot> snapshots = new ConcurrentHashMap<>();

	private final Map<FlagSetId, FlagFile> files = new HashMap<>();

	private final @Nullable FileWatcher watcher;

	private volatile Map<String, String> problems = Map.of();

	private FileFlagSource(Path location, FlagFiles flagFiles) {
		this.location = location;
		this.flagFiles = flagFiles;
		this.watcher = createWatcher();
	}

	/**
	 * Read one flag set from one file and watch it.
	 * @param file the file, {@code .yml}, {@code .yaml} or {@code .json}; it need not
	 * exist yet
	 * @param flagSet the flag set that the file holds
	 * @return the source, to be closed
	 * @throws IllegalArgumentException if the name has another extension, or is that of a
	 * directory
	 */
	public static FileFlagSource ofFile(Path file, FlagSetId flagSet) {
		Assert.isTrue(FlagFileReader.isFlagFile(file),
				() -> "file of a flag set must end with .yml, .yaml or .json, but is " + file);
		Assert.isTrue(!Files.isDirectory(file),
				() -> "file of flag set '" + flagSet + "' must be a file, but " + file + " is a directory");
		return open(file, FlagFiles.single(file, flagSet));
	}

	/**
	 * Read a flag set from each file below a directory and watch them. A flag set is
	 * called like the path of its file without the extension: {@code shop/production.yml}
	 * holds {@code shop/production}. Other extensions and names that start with a dot are
	 * ignored.
	 * @param directory the directory; it need not exist yet
	 * @return the source, to be closed
	 * @throws IllegalArgumentException if it is a file
	 */
	public static FileFlagSource ofDirectory(Path directory) {
		Assert.isTrue(!Files.isRegularFile(directory),
				() -> "directory of flag sets must be a directory, but " + directory + " is a file");
		return open(directory, FlagFiles.below(directory));
	}

	private static FileFlagSource open(Path location, FlagFiles flagFiles) {
		FileFlagSource source = new FileFlagSource(location, flagFiles);
		if (source.watcher != null) {
			source.watcher.start();
		}
		return source;
	}

	private @Nullable FileWatcher createWatcher() {
		try {
			return new FileWatcher(this.location.getFileSystem().newWatchService(), this::watchPoints,
					() -> refresh(Duration.ZERO));
		}
		catch (IOException | UnsupportedOperationException ex) {
			logger.warn(this.location + " cannot be watched, changes are noticed by probes only: " + ex.getMessage());
			return null;
		}
	}

	private WatchPoints watchPoints() {
		FlagFiles.Found found = this.flagFiles.find();
		WatchPoints points = new WatchPoints();
		points.addPath(this.location);
		found.directories().forEach(points::addDirectory);
		found.files().values().forEach(points::addPath);
		return points;
	}

	@Override
	public Mono<Map<FlagSetId, FlagPosition>> versions(Set<FlagSetId> flagSets) {
		return Mono.fromCallable(() -> {
			refresh(QUIET);
			Map<FlagSetId, FlagPosition> positions = new HashMap<>();
			for (FlagSetId flagSet : flagSets) {
				FlagSnapshot snapshot = this.snapshots.get(flagSet);
				if (snapshot != null) {
					positions.put(flagSet, snapshot.position());
				}
			}
			return positions;
		}).subscribeOn(Schedulers.boundedElastic());
	}

	@Override
	public Mono<FlagSnapshot> fetch(FlagSetId flagSet) {
		return Mono.fromCallable(() -> {
			String problem = refresh(QUIET).get(flagSet);
			FlagSnapshot snapshot = this.snapshots.get(flagSet);
			if (snapshot != null) {
				return snapshot;
			}
			throw (problem != null) ? new RealtimePushException("flag set '" + flagSet + "' cannot be read: " + problem)
					: new FlagSetNotFoundException(flagSet);
		}).subscribeOn(Schedulers.boundedElastic());
	}

	/**
	 * Read the files that have changed.
	 * @param quiet how long nobody must have written to a file that is read again
	 * @return the problems by flag set
	 */
	private Map<FlagSetId, String> refresh(Duration quiet) {
		List<FlagSetId> moved = new ArrayList<>();
		Map<FlagSetId, String> problemsByFlagSet;
		synchronized (this.files) {
			FlagFiles.Found found = this.flagFiles.find();
			found.files().forEach((flagSet, path) -> {
				if (publish(flagSet, fileAt(flagSet, path).readIfChanged(quiet))) {
					moved.add(flagSet);
				}
			});
			problemsByFlagSet = problems(found);
		}
		// Not under the lock: whoever is hinted may ask at once
		moved.forEach(this.hints::hint);
		return problemsByFlagSet;
	}

	private FlagFile fileAt(FlagSetId flagSet, Path path) {
		return this.files.compute(flagSet,
				(id, file) -> (file != null && file.path().equals(path)) ? file : new FlagFile(path));
	}

	private boolean publish(FlagSetId flagSet, @Nullable FlagSet flags) {
		FlagSnapshot last = this.snapshots.get(flagSet);
		if (flags == null || (last != null && last.flags().equals(flags))) {
			return false;
		}
		// Each has an epoch of its own, or one might be taken for another
		FlagPosition position = (last != null) ? last.position().next() : new FlagPosition(Epochs.random(), 1);
		this.snapshots.put(flagSet, new FlagSnapshot(flagSet, position, flags));
		return true;
	}

	private Map<FlagSetId, String> problems(FlagFiles.Found found) {
		Map<FlagSetId, String> byFlagSet = new HashMap<>();
		Map<String, String> byPath = new TreeMap<>();
		this.files.forEach((flagSet, file) -> {
			boolean gone = !found.files().containsKey(flagSet) && !Files.exists(file.path());
			String problem = gone ? "does not exist any more" : file.problem();
			if (problem != null) {
				byFlagSet.put(flagSet, file.path() + " " + problem);
				byPath.put(file.path().toString(), problem);
			}
		});
		byPath.putAll(found.problems());
		report(byPath);
		return byFlagSet;
	}

	private void report(Map<String, String> present) {
		Map<String, String> before = this.problems;
		present.forEach((path, problem) -> {
			String message = "flags cannot be read, those read last are served: " + path + " " + problem;
			if (!before.containsKey(path)) {
				logger.warn(message);
			}
			else {
				logger.debug(message);
			}
		});
		before.keySet()
			.stream()
			.filter((path) -> !present.containsKey(path))
			.forEach((path) -> logger.info("flags can be read again: " + path));
		this.problems = Map.copyOf(present);
	}

	@Override
	public Flux<FlagSetId> hints() {
		return this.hints.asFlux();
	}

	@Override
	public Map<String, String> problems() {
		return this.problems;
	}

	/**
	 * Stop watching. Questions are still answered.
	 */
	@Override
	public void close() {
		if (this.watcher != null) {
			this.watcher.close();
		}
	}

}
