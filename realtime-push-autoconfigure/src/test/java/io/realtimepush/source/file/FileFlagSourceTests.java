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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.RealtimePushException;
import io.realtimepush.source.FlagSourceContract;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link FileFlagSource}.
 */
@ExtendWith(OutputCaptureExtension.class)
class FileFlagSourceTests implements FlagSourceContract {

	@TempDir
	private Path temp;

	private Path directory;

	private FileFlagSource source;

	@BeforeEach
	void open() {
		this.directory = this.temp.resolve("flags");
		this.source = FileFlagSource.ofDirectory(this.directory);
	}

	@AfterEach
	void close() {
		this.source.close();
	}

	private void reopen(FileFlagSource source) {
		this.source.close();
		this.source = source;
	}

	@Override
	public FlagSource source() {
		return this.source;
	}

	@Override
	public void write(FlagSetId flagSet, Map<String, FlagValue> set, Set<String> removed) throws IOException {
		Path file = this.directory.resolve(flagSet + ".json");
		FlagSet flags = (Files.exists(file) ? FlagFileReader.read(file) : FlagSet.empty()).with(set, removed);
		replace(file,
				flags.asMap()
					.entrySet()
					.stream()
					.map((flag) -> FlagValue.of(flag.getKey()) + ":" + flag.getValue())
					.collect(Collectors.joining(",", "{", "}")));
	}

	private static void replace(Path file, String text) throws IOException {
		Files.createDirectories(file.getParent());
		Path written = Files.writeString(file.resolveSibling("." + file.getFileName() + ".tmp"), text);
		Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

	@Test
	void fileIsCalledAsTold() throws IOException {
		Path file = Files.writeString(this.temp.resolve("any.yml"), "checkout: true");
		reopen(FileFlagSource.ofFile(file, SHOP));
		assertThat(fetch(SHOP).flags().asMap()).containsExactly(Map.entry("checkout", FlagValue.TRUE));
		assertThat(this.source.versions(Set.of(SHOP, BLOG)).block(TIMEOUT)).containsOnlyKeys(SHOP);
	}

	@Test
	void placeOfTheWrongKindIsRefused() throws IOException {
		Path file = Files.writeString(this.temp.resolve("any.yml"), "checkout: true");
		assertThatIllegalArgumentException().isThrownBy(() -> FileFlagSource.ofDirectory(file))
			.withMessage("directory of flag sets must be a directory, but " + file + " is a file");
		Path misnamed = Files.createDirectory(this.temp.resolve("directory.yml"));
		assertThatIllegalArgumentException().isThrownBy(() -> FileFlagSource.ofFile(misnamed, SHOP));
		assertThatIllegalArgumentException().isThrownBy(() -> FileFlagSource.ofFile(Path.of("flags.txt"), SHOP));
	}

	@Test
	void filesBelowADirectoryAreFlagSetsCalledLikeThem() throws IOException {
		for (String name : Set.of("shop.yml", "blog/production.yaml", "blog/staging.json", "readme.txt", ".hidden.yml",
				".git/config.yml", "blog/production.yml~")) {
			replace(this.directory.resolve(name), "{\"checkout\": true}");
		}
		assertThat(this.source.versions(Set.of(FlagSetId.of("shop"), BLOG, FlagSetId.of("blog/staging"),
				FlagSetId.of("readme"), FlagSetId.of(".hidden"), FlagSetId.of(".git/config")))
			.block(TIMEOUT)).containsOnlyKeys(FlagSetId.of("shop"), BLOG, FlagSetId.of("blog/staging"));
		assertThat(this.source.problems()).isEmpty();
	}

	@Test
	void twoFilesOfOneFlagSetAreAProblem() throws Exception {
		writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		replace(this.directory.resolve("shop/production.yml"), "checkout: false");
		await("ambiguous",
				() -> this.source.problems()
					.values()
					.stream()
					.anyMatch((problem) -> problem.contains("holds flag set 'shop/production'")));
		assertThat(this.source.problems()).hasSize(1);
		assertThat(fetch(SHOP).flags().get("checkout")).isEqualTo(FlagValue.TRUE);
		Files.delete(this.directory.resolve("shop/production.json"));
		await("other file", () -> FlagValue.FALSE.equals(fetch(SHOP).flags().get("checkout")));
		assertThat(this.source.problems()).isEmpty();
	}

	@Test
	void fileNameThatIsNoFlagSetIsAProblemOfThatFileOnly() throws Exception {
		Path file = this.directory.resolve("x".repeat(140) + ".json");
		replace(file, "{}");
		writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		assertThat(this.source.problems()).containsOnlyKeys(file.toString());
	}

	@Test
	void brokenFileKeepsTheLastGoodSetAndIsTold(CapturedOutput output) throws Exception {
		FlagPosition good = writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		Path file = this.directory.resolve("shop/production.json");
		Files.writeString(file, "{\"checkout\": fal");
		await("problem", () -> !this.source.problems().isEmpty());
		for (int i = 0; i < 3; i++) {
			assertThat(position(SHOP)).isEqualTo(good);
		}
		assertThat(this.source.problems()).containsOnlyKeys(file.toString());
		assertThat(this.source.problems().get(file.toString())).startsWith("must be JSON, but line 1, column ");
		assertThat(output.getAll().lines().filter((line) -> line.contains("WARN") && line.contains(file.toString())))
			.hasSize(1);
		Files.writeString(file, "{\"checkout\": false}");
		await("recovery", () -> position(SHOP).isAheadOf(good));
		assertThat(this.source.problems()).isEmpty();
		assertThat(output).contains("flags can be read again: " + file);
	}

	@Test
	void emptiedFileKeepsTheLastGoodSet() throws Exception {
		FlagPosition good = writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		Files.writeString(this.directory.resolve("shop/production.json"), "");
		await("problem", () -> !this.source.problems().isEmpty());
		assertThat(position(SHOP)).isEqualTo(good);
	}

	@Test
	void deletedFileKeepsTheLastGoodSetUntilItIsBack() throws Exception {
		FlagPosition good = writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		Path file = this.directory.resolve("shop/production.json");
		String text = Files.readString(file);
		FileTime time = Files.getLastModifiedTime(file);
		Files.delete(file);
		await("problem", () -> !this.source.problems().isEmpty());
		assertThat(fetch(SHOP).position()).isEqualTo(good);
		assertThat(this.source.problems()).containsExactly(Map.entry(file.toString(), "does not exist any more"));
		Files.writeString(file, text);
		Files.setLastModifiedTime(file, time);
		await("recovery", () -> this.source.problems().isEmpty());
		assertThat(fetch(SHOP).position()).isEqualTo(good);
	}

	@Test
	void fileThatWasNeverReadableFailsTheFetch() throws IOException {
		replace(this.directory.resolve("shop/production.yml"), "- no\n- mapping");
		StepVerifier.create(this.source.fetch(SHOP))
			.expectErrorSatisfies((ex) -> assertThat(ex).isExactlyInstanceOf(RealtimePushException.class)
				.hasMessageContaining("production.yml")
				.hasMessageContaining("must be a mapping"))
			.verify(TIMEOUT);
		assertThat(position(SHOP)).isNull();
	}

	@Test
	void missingFileIsAProblemUntilItComes() throws IOException {
		Path file = this.temp.resolve("later/flags.yml");
		reopen(FileFlagSource.ofFile(file, SHOP));
		assertThat(position(SHOP)).isNull();
		assertThat(this.source.problems()).containsExactly(Map.entry(file.toString(), "does not exist"));
		hintedWithoutProbe(SHOP, () -> replace(file, "checkout: true"));
		assertThat(this.source.problems()).isEmpty();
	}

	@Test
	void newlineOrOrderAloneIsNoChange() throws Exception {
		FlagPosition position = writeAndAwait(SHOP, Map.of("a", FlagValue.TRUE, "b", FlagValue.FALSE), Set.of());
		replace(this.directory.resolve("shop/production.json"), "{\n  \"b\" : false ,\n  \"a\" : true\n}\n");
		writeAndAwait(BLOG, Map.of("comments", FlagValue.TRUE), Set.of());
		assertThat(position(SHOP)).isEqualTo(position);
	}

	@Test
	void changeIsNoticedByProbesAlone() throws Exception {
		FlagPosition before = writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		this.source.close();
		assertThat(writeAndAwait(SHOP, Map.of("checkout", FlagValue.FALSE), Set.of()).isAheadOf(before)).isTrue();
	}

	@Test
	void changeOfTheSameSizeAndTimeIsNoticedWhileTheFileIsYoung() throws Exception {
		writeAndAwait(SHOP, Map.of("n", FlagValue.of(1)), Set.of());
		this.source.close();
		Path file = this.directory.resolve("shop/production.json");
		FileTime time = Files.getLastModifiedTime(file);
		Files.writeString(file, "{\"n\":2}");
		Files.setLastModifiedTime(file, time);
		await("change", () -> FlagValue.of(2).equals(fetch(SHOP).flags().get("n")));
	}

	@Test
	void fileIsReadAgainOnlyWhenItsWriterIsDone() throws IOException {
		FlagFile file = new FlagFile(Files.writeString(this.temp.resolve("any.yml"), "n: 1"));
		assertThat(file.readIfChanged(Duration.ofHours(1))).as("first read").isNotNull();
		Files.writeString(file.path(), "n: 22");
		assertThat(file.readIfChanged(Duration.ofHours(1))).isNull();
		assertThat(file.problem()).isNull();
		assertThat(file.readIfChanged(Duration.ZERO).get("n")).isEqualTo(FlagValue.of(22));
	}

	@Test
	void unchangedFileIsNotReadAgain() throws IOException {
		Path path = Files.writeString(this.temp.resolve("any.yml"), "n: 1");
		FileTime old = FileTime.from(Instant.now().minusSeconds(60));
		Files.setLastModifiedTime(path, old);
		FlagFile file = new FlagFile(path);
		assertThat(file.readIfChanged(Duration.ZERO)).isNotNull();
		Files.writeString(path, "n: 2");
		Files.setLastModifiedTime(path, old);
		assertThat(file.readIfChanged(Duration.ZERO)).as("same time and size").isNull();
		Files.setLastModifiedTime(path, FileTime.from(Instant.now().minusSeconds(30)));
		assertThat(file.readIfChanged(Duration.ZERO).get("n")).isEqualTo(FlagValue.of(2));
	}

	@Test
	void hintedSubscriberMayAskAtOnce() throws IOException {
		reopen(FileFlagSource.ofFile(this.temp.resolve("any.yml"), SHOP));
		StepVerifier.create(this.source.hints().map(this::fetch).take(1))
			.then(() -> make(() -> replace(this.temp.resolve("any.yml"), "n: 1")))
			.assertNext((snapshot) -> assertThat(snapshot.flags().get("n")).isEqualTo(FlagValue.of(1)))
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void changeInPlaceIsWatched() throws Exception {
		writeAndAwait(SHOP, Map.of("n", FlagValue.of(1)), Set.of());
		hintedWithoutProbe(SHOP, () -> Files.writeString(this.directory.resolve("shop/production.json"), "{\"n\": 2}"));
		assertThat(fetch(SHOP).flags().get("n")).isEqualTo(FlagValue.of(2));
	}

	@Test
	void newDirectoryIsWatched() throws Exception {
		writeAndAwait(SHOP, Map.of("n", FlagValue.of(1)), Set.of());
		hintedWithoutProbe(FlagSetId.of("a/b/c"), () -> replace(this.directory.resolve("a/b/c.yml"), "n: 1"));
		hintedWithoutProbe(FlagSetId.of("a/b/c"), () -> replace(this.directory.resolve("a/b/c.yml"), "n: 2"));
	}

	@Test
	void deletedAndRecreatedDirectoryIsWatched() throws Exception {
		writeAndAwait(SHOP, Map.of("n", FlagValue.of(1)), Set.of());
		for (int i = 2; i < 5; i++) {
			FileSystemUtils.deleteRecursively(this.directory);
			await("problem", () -> !this.source.problems().isEmpty());
			assertThat(position(SHOP)).isNotNull();
			int n = i;
			hintedWithoutProbe(SHOP, () -> write(SHOP, Map.of("n", FlagValue.of(n)), Set.of()));
			hintedWithoutProbe(SHOP, () -> write(SHOP, Map.of("n", FlagValue.of(-n)), Set.of()));
		}
	}

	@Test
	void directoryReplacedByAnotherIsWatched() throws Exception {
		writeAndAwait(SHOP, Map.of("n", FlagValue.of(1)), Set.of());
		Path next = this.temp.resolve("next");
		replace(next.resolve("shop/production.json"), "{\"n\": 2}");
		hintedWithoutProbe(SHOP, () -> {
			Files.move(this.directory, this.temp.resolve("last"));
			Files.move(next, this.directory);
		});
		hintedWithoutProbe(SHOP, () -> write(SHOP, Map.of("n", FlagValue.of(3)), Set.of()));
	}

	@Test
	void configMapOfKubernetesIsFollowed() throws Exception {
		Path mount = Files.createDirectory(this.temp.resolve("mount"));
		publishConfigMap(mount, "..2026_11_22_01", 1);
		Files.createSymbolicLink(mount.resolve("shop.yml"), Path.of("..data/shop.yml"));
		reopen(FileFlagSource.ofDirectory(mount));
		FlagSetId shop = FlagSetId.of("shop");
		FlagPosition before = fetch(shop).position();
		for (int n = 2; n < 5; n++) {
			int version = n;
			hintedWithoutProbe(shop, () -> publishConfigMap(mount, "..2026_11_22_0" + version, version));
			assertThat(fetch(shop).flags().get("n")).isEqualTo(FlagValue.of(version));
		}
		assertThat(fetch(shop).position()).isEqualTo(before.at(before.version() + 3));
		assertThat(this.source.problems()).isEmpty();
	}

	@Test
	void singleFileOfAConfigMapIsFollowed() throws Exception {
		Path mount = Files.createDirectory(this.temp.resolve("mount"));
		publishConfigMap(mount, "..1", 1);
		Path file = Files.createSymbolicLink(mount.resolve("shop.yml"), Path.of("..data/shop.yml"));
		reopen(FileFlagSource.ofFile(file, SHOP));
		assertThat(fetch(SHOP).flags().get("n")).isEqualTo(FlagValue.of(1));
		hintedWithoutProbe(SHOP, () -> publishConfigMap(mount, "..2", 2));
		hintedWithoutProbe(SHOP, () -> publishConfigMap(mount, "..3", 3));
		assertThat(fetch(SHOP).flags().get("n")).isEqualTo(FlagValue.of(3));
	}

	private static void publishConfigMap(Path mount, String name, int n) throws IOException {
		Path data = Files.createDirectory(mount.resolve(name));
		Files.writeString(data.resolve("shop.yml"), "n: " + n);
		Path link = Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of(name));
		Path last = mount.resolve("..data");
		Path old = Files.exists(last) ? last.toRealPath() : null;
		Files.move(link, last, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		if (old != null) {
			FileSystemUtils.deleteRecursively(old);
		}
	}

	@Test
	void linkOnTheWayToTheDirectoryIsFollowed() throws Exception {
		replace(this.temp.resolve("releases/1/flags/shop.yml"), "n: 1");
		replace(this.temp.resolve("releases/2/flags/shop.yml"), "n: 2");
		Path current = Files.createSymbolicLink(this.temp.resolve("current"), Path.of("releases/1"));
		reopen(FileFlagSource.ofDirectory(current.resolve("flags")));
		FlagSetId shop = FlagSetId.of("shop");
		assertThat(fetch(shop).flags().get("n")).isEqualTo(FlagValue.of(1));
		hintedWithoutProbe(shop, () -> {
			Path next = Files.createSymbolicLink(this.temp.resolve("next"), Path.of("releases/2"));
			Files.move(next, current, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		});
		assertThat(fetch(shop).flags().get("n")).isEqualTo(FlagValue.of(2));
		hintedWithoutProbe(shop, () -> replace(this.temp.resolve("releases/2/flags/shop.yml"), "n: 3"));
	}

	@Test
	void linksInACircleAreAProblemAndNotEndless() throws Exception {
		Files.createDirectories(this.directory);
		Path loop = Files.createSymbolicLink(this.directory.resolve("loop.yml"), Path.of("loop.yml"));
		Files.createSymbolicLink(this.directory.resolve("self"), this.directory);
		writeAndAwait(SHOP, Map.of("n", FlagValue.of(1)), Set.of());
		assertThat(this.source.problems()).containsOnlyKeys(loop.toString());
		assertThat(this.source.problems().get(loop.toString())).doesNotContain(loop.toString());
	}

	@Test
	void closeEndsTheThread() {
		Set<Thread> before = watcherThreads();
		FileFlagSource other = FileFlagSource.ofDirectory(this.directory);
		Set<Thread> started = watcherThreads();
		started.removeAll(before);
		assertThat(started).singleElement().matches(Thread::isDaemon);
		other.close();
		assertThat(started).noneMatch(Thread::isAlive);
		other.close();
	}

	private static Set<Thread> watcherThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("realtime-push-file-watcher"))
			.collect(Collectors.toCollection(HashSet::new));
	}

	@Test
	void epochIsOfTheProcess() throws Exception {
		FlagPosition position = writeAndAwait(SHOP, Map.of("n", FlagValue.of(1)), Set.of());
		reopen(FileFlagSource.ofDirectory(this.directory));
		assertThat(position(SHOP).epoch()).isNotEqualTo(position.epoch());
	}

	// Nobody asks the source meanwhile: the watcher notices the change by itself
	private void hintedWithoutProbe(FlagSetId flagSet, Change change) {
		StepVerifier.create(this.source.hints().filter(flagSet::equals).take(1))
			.then(() -> make(change))
			.expectNext(flagSet)
			.expectComplete()
			.verify(TIMEOUT);
	}

	private static void make(Change change) {
		try {
			change.make();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void await(String what, Callable<Boolean> condition) {
		Awaitility.await(what).atMost(TIMEOUT).pollInterval(Duration.ofMillis(10)).until(() -> {
			this.source.versions(Set.of(SHOP)).block(TIMEOUT);
			return condition.call();
		});
	}

	@FunctionalInterface
	private interface Change {

		void make() throws IOException;

	}

}
