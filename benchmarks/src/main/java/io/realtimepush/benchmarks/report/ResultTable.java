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

package io.realtimepush.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.realtimepush.benchmarks.load.Median;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Prints results of the load generator as Markdown: a table for each group of cases that
 * can be compared, with the medians over repeats and with how ours compares.
 *
 * @since 0.1.0
 */
public final class ResultTable {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final String OURS = "ours";

	private static final List<Column> DELIVERY = List.of(new Column("cpu_us", "CPU µs/delivery", 2, true),
			new Column("cpu_us_best", "best round", 2, false), new Column("p50_ms", "p50 ms", 1, false),
			new Column("p99_ms", "p99 ms", 1, false), new Column("last_ms", "last ms", 1, true));

	private static final List<Column> SENDING = List.of(new Column("sent_ms", "sent to all, ms", 1, true),
			new Column("cpu_us", "CPU µs/delivery", 2, true), new Column("cpu_us_best", "best round", 2, false));

	private static final List<Column> CONNECTION = List.of(new Column("connect_cpu_us", "connect CPU µs", 0, true),
			new Column("heap_bytes_per_connection", "live heap bytes", 0, true),
			new Column("rss_kib_per_connection", "resident KiB", 1, false),
			new Column("idle_cpu_us_per_connection_s", "idle CPU µs/s", 2, true));

	private ResultTable() {
	}

	/**
	 * Print tables.
	 * @param args files with a line of JSON for each run
	 * @throws IOException if a file cannot be read
	 */
	public static void main(String[] args) throws IOException {
		Map<String, Map<String, List<JsonNode>>> groups = new LinkedHashMap<>();
		for (String file : args) {
			for (String line : Files.readAllLines(Path.of(file))) {
				JsonNode run = JSON.readTree(line);
				groups.computeIfAbsent(group(run), (name) -> new LinkedHashMap<>())
					.computeIfAbsent(run.path("label").asString(), (name) -> new ArrayList<>())
					.add(run);
			}
		}
		groups.forEach(ResultTable::print);
	}

	private static boolean isAboutConnections(JsonNode run) {
		return run.has("idle_beats");
	}

	private static boolean isAboutSending(JsonNode run) {
		return run.has("sent_ms");
	}

	private static List<Column> columns(JsonNode run) {
		if (isAboutConnections(run)) {
			return CONNECTION;
		}
		return isAboutSending(run) ? SENDING : DELIVERY;
	}

	private static String group(JsonNode run) {
		String transport = run.path("transport").asString().replace("socketio-", "");
		String what = isAboutConnections(run) ? "connections" : "changes of " + run.path("size").asInt() + " bytes"
				+ (isAboutSending(run) ? ", clients hold still" : "");
		return transport + ", " + run.path("connections").asInt() + " clients, " + what;
	}

	private static void print(String group, Map<String, List<JsonNode>> peers) {
		List<Column> columns = columns(peers.values().iterator().next().get(0));
		StringBuilder head = new StringBuilder("| server | runs |");
		columns.forEach((column) -> head.append(' ').append(column.head()));
		System.out.println("\n### " + group + "\n");
		System.out.println(head);
		System.out.println("|---".repeat((int) head.chars().filter((c) -> c == '|').count() - 1) + "|");
		peers
			.forEach((peer, runs) -> System.out.println(row(peer, runs, peers.getOrDefault(OURS, List.of()), columns)));
	}

	private static String row(String peer, List<JsonNode> runs, List<JsonNode> ours, List<Column> columns) {
		List<JsonNode> clean = clean(runs);
		StringBuilder row = new StringBuilder("| ").append(peer).append(" | ").append(clean.size());
		if (clean.size() < runs.size()) {
			row.append(" of ").append(runs.size());
		}
		row.append(" |");
		columns.forEach((column) -> row.append(' ').append(column.cells(clean, clean(ours))));
		return row.toString();
	}

	/** A run counts only if every delivery arrived. */
	private static List<JsonNode> clean(List<JsonNode> runs) {
		return runs.stream()
			.filter((run) -> run.path("failed").asInt() + run.path("dropped").asInt() + run.path("lost").asInt() == 0)
			.toList();
	}

	/**
	 * A figure.
	 *
	 * @param field its name in a result
	 * @param title its name in a table
	 * @param digits digits behind the point
	 * @param compared whether to tell how ours compares
	 */
	private record Column(String field, String title, int digits, boolean compared) {

		String head() {
			return this.title + " |" + (this.compared ? " ours ÷ it |" : "");
		}

		String cells(List<JsonNode> runs, List<JsonNode> ours) {
			double value = median(runs);
			String cell = (value != 0) ? format(value, this.digits) : "–";
			if (!this.compared) {
				return cell + " |";
			}
			double own = median(ours);
			return cell + " | " + ((value != 0 && own != 0) ? format(own / value, 2) : "–") + " |";
		}

		private double median(List<JsonNode> runs) {
			return Median.of(runs.stream().filter((run) -> run.has(this.field)).toList(),
					(run) -> run.path(this.field).asDouble());
		}

		private static String format(double value, int digits) {
			return String.format(Locale.ROOT, "%." + digits + "f", value);
		}

	}

}
