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
import java.nio.file.AccessDeniedException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Thread that tells when an entry of the watch points changes. Where the points lie is
 * asked again after each change, because a directory may have come, gone or been
 * replaced.
 */
final class FileWatcher implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(FileWatcher.class);

	/**
	 * Silence after which a writer is taken to be done, in milliseconds.
	 */
	private static final long QUIET = 20;

	/**
	 * Longest wait for that silence, in milliseconds.
	 */
	private static final long MAX_DELAY = 100;

	private final WatchService watchService;

	private final Supplier<WatchPoints> points;

	private final Runnable listener;

	private final Thread thread;

	// Confined to the thread: the entries that matter in the directory of a key
	private Map<WatchKey, Set<Path>> keys = new HashMap<>();

	private boolean registrationFailed;

	/**
	 * Create a watcher that does not run yet.
	 * @param watchService the service, which is closed with this watcher
	 * @param points gives the points to watch
	 * @param listener called after the start and after each change, once the points are
	 * watched, so that nothing slips through between
	 */
	FileWatcher(WatchService watchService, Supplier<WatchPoints> points, Runnable listener) {
		this.watchService = watchService;
		this.points = points;
		this.listener = listener;
		this.thread = new Thread(this::run, "realtime-push-file-watcher");
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	private void run() {
		try {
			while (true) {
				try {
					registerAll();
					this.listener.run();
				}
				catch (RuntimeException ex) {
					if (ex instanceof ClosedWatchServiceException closed) {
						throw closed;
					}
					logger.warn("changed flag files could not be read; the next change or probe tries again", ex);
				}
				awaitChange();
			}
		}
		catch (ClosedWatchServiceException | InterruptedException ex) {
			logger.debug("flag files are not watched any more");
		}
	}

	private void registerAll() {
		Map<WatchKey, Set<Path>> before;
		do {
			before = this.keys;
			register(this.points.get());
		}
		// What changed between the look and the registration told nobody: look again
		while (!this.keys.equals(before));
	}

	private void register(WatchPoints points) {
		Map<WatchKey, Set<Path>> registered = new HashMap<>();
		points.entries().forEach((directory, names) -> {
			WatchKey key = register(directory);
			if (key != null) {
				// Two paths to one directory share a key
				registered.computeIfAbsent(key, (unused) -> new HashSet<>()).addAll(names);
			}
		});
		this.keys.keySet().stream().filter((key) -> !registered.containsKey(key)).forEach(WatchKey::cancel);
		this.keys = registered;
	}

	private @Nullable WatchKey register(Path directory) {
		try {
			return directory.register(this.watchService, StandardWatchEventKinds.ENTRY_CREATE,
					StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_MODIFY);
		}
		catch (NoSuchFileException | NotDirectoryException | AccessDeniedException ex) {
			// Not there: a point above it tells when it comes
			return null;
		}
		catch (IOException ex) {
			if (!this.registrationFailed) {
				this.registrationFailed = true;
				logger.warn("directory " + directory + " cannot be watched, changes are noticed by probes only: "
						+ ex.getMessage());
			}
			return null;
		}
	}

	private void awaitChange() throws InterruptedException {
		boolean relevant = false;
		while (!relevant) {
			relevant = isRelevant(this.watchService.take());
		}
		long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MAX_DELAY);
		WatchKey key = this.watchService.poll(QUIET, TimeUnit.MILLISECONDS);
		while (key != null) {
			isRelevant(key);
			key = (System.nanoTime() < deadline) ? this.watchService.poll(QUIET, TimeUnit.MILLISECONDS) : null;
		}
	}

	private boolean isRelevant(WatchKey key) {
		Set<Path> names = this.keys.getOrDefault(key, Set.of());
		boolean relevant = names.contains(WatchPoints.ALL);
		for (WatchEvent<?> event : key.pollEvents()) {
			relevant |= event.kind() == StandardWatchEventKinds.OVERFLOW
					|| (event.context() instanceof Path name && names.contains(name));
		}
		return !key.reset() || relevant;
	}

	/**
	 * Stop watching and wait a moment for the thread to end.
	 */
	@Override
	public void close() {
		try {
			this.watchService.close();
			this.thread.join(TimeUnit.SECONDS.toMillis(2));
		}
		catch (IOException ex) {
			logger.debug("watch service could not be closed", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
