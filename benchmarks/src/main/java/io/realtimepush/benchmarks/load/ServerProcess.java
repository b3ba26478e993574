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

package io.realtimepush.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Linux and the JDK's tools tell of the processes of a server.
 *
 * @since 0.1.0
 */
public final class ServerProcess {

	private static final Pattern CLASS = Pattern.compile("(?m)^\\s*\\d+:\\s+\\d+\\s+(\\d+)\\s+(\\S+)");

	private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");

	private final List<Long> pids;

	/** By thread, what it has used when last seen; a thread that has ended stays. */
	private final Map<String, Long> cpu = new HashMap<>();

	/**
	 * Look at processes.
	 * @param pids the ids of all processes of the server
	 */
	public ServerProcess(List<Long> pids) {
		this.pids = List.copyOf(pids);
	}

	/**
	 * Parse a list of process ids.
	 * @param list ids, separated by commas
	 * @return what looks at them
	 */
	public static ServerProcess of(String list) {
		return new ServerProcess(Arrays.stream(list.split(",")).map(Long::valueOf).toList());
	}

	/**
	 * Return the CPU time of all threads that were ever seen. What a thread uses after it
	 * was last seen, before it ends, is missed.
	 * @return nanoseconds
	 */
	public long cpuNanos() {
		for (long pid : this.pids) {
			String[] threads = Path.of("/proc", Long.toString(pid), "task").toFile().list();
			for (String thread : (threads != null) ? threads : new String[0]) {
				readCpu(pid, thread);
			}
		}
		return this.cpu.values().stream().mapToLong(Long::longValue).sum();
	}

	private void readCpu(long pid, String thread) {
		try {
			Path path = Path.of("/proc", Long.toString(pid), "task", thread, "schedstat");
			String stat = Files.readString(path, StandardCharsets.US_ASCII);
			this.cpu.put(thread, Long.valueOf(stat.substring(0, stat.indexOf(' '))));
		}
		catch (IOException ex) {
			// The thread has ended meanwhile
		}
	}

	/**
	 * Return the memory that is resident.
	 * @return the size in KiB
	 */
	public long residentKib() {
		return this.pids.stream().mapToLong((pid) -> {
			try {
				Matcher matcher = RESIDENT.matcher(Files.readString(Path.of("/proc", Long.toString(pid), "status")));
				return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
			}
			catch (NoSuchFileException ex) {
				return 0;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}).sum();
	}

	/**
	 * Return the bytes of all objects that are alive, after full collections. The server
	 * must be one JVM.
	 * @return the number of bytes
	 */
	public long liveHeap() {
		return liveHeapByClass().values().stream().mapToLong(Long::longValue).sum();
	}

	/**
	 * Return the bytes of all objects that are alive, after full collections. The server
	 * must be one JVM.
	 * @return the number of bytes by the name of the class
	 */
	public Map<String, Long> liveHeapByClass() {
		jcmd("GC.run");
		jcmd("GC.run");
		Map<String, Long> bytes = new HashMap<>();
		Matcher matcher = CLASS.matcher(jcmd("GC.class_histogram"));
		while (matcher.find()) {
			bytes.merge(matcher.group(2), Long.valueOf(matcher.group(1)), Long::sum);
		}
		if (bytes.isEmpty()) {
			throw new IllegalStateException("jcmd told no classes");
		}
		return bytes;
	}

	private String jcmd(String command) {
		Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
		try {
			Process process = new ProcessBuilder(jcmd.toString(), Long.toString(this.pids.get(0)), command)
				.redirectErrorStream(true)
				.start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
				throw new IllegalStateException("jcmd " + command + " failed: " + output);
			}
			return output;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
