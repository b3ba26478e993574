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

package io.realtimepush;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.PackageMatcher;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import reactor.test.StepVerifier;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who may use whom. A dependency that is not in the tables below is a mistake, or a
 * decision: then it gets its entry here.
 */
class ArchitectureTests {

	private static final String BASE = "io.realtimepush.";

	private static final String AUTOCONFIGURE = "autoconfigure";

	/** What every transport may use; never another transport. */
	private static final Set<String> TRANSPORT = Set.of("flags", "protocol", "session", "broadcast",
			"transport.channel", "transport.http", "transport.stream");

	/** The packages of the library that each package may use. */
	private static final Map<String, Set<String>> MAY_USE = withAutoconfigure(Map.ofEntries(
	// @formatter:off
			entry("flags", Set.of()),
			entry("flags.support", Set.of("flags")),
			entry("protocol", Set.of("flags")),
			entry("hub", Set.of("flags")),
			entry("watch", Set.of("flags", "hub")),
			entry("source.memory", Set.of("flags")),
			entry("source.file", Set.of("flags")),
			entry("source.jdbc", Set.of("flags")),
			entry("featureprobe", Set.of("flags")),
			entry("source.featureprobe", Set.of("flags", "featureprobe", "session")),
			entry("session", Set.of("flags", "protocol", "hub")),
			entry("token", Set.of("flags", "protocol", "session")),
			entry("broadcast", Set.of("flags", "protocol", "hub", "session", "transport.channel")),
			entry("transport.channel", Set.of("protocol")),
			entry("transport.stream", Set.of("session", "broadcast")),
			entry("transport.http", Set.of("flags", "protocol", "hub", "session", "broadcast")),
			entry("transport.websocket", TRANSPORT),
			entry("transport.sse", TRANSPORT),
			entry("transport.longpoll", TRANSPORT),
			entry("transport.servlet", Set.of("transport.http")),
			entry("transport.http3", Set.of()),
			entry("transport.featureprobe", Set.of("flags", "protocol", "hub", "session", "transport.http",
					"transport.engineio", "transport.socketio", "featureprobe")),
			entry("transport.engineio", Set.of("protocol", "transport.channel")),
			entry("transport.socketio", Set.of("flags", "protocol", "transport.engineio")),
			entry("annotation", Set.of()),
			entry("annotation.support", Set.of("annotation", "flags", "flags.support", "session")),
			entry("client.replica", Set.of("flags", "protocol")),
			entry("client", Set.of("flags", "flags.support", "protocol", "client.replica")),
			entry("client.transport", Set.of("flags", "protocol", "client")),
			entry("test", Set.of("flags", "flags.support", "protocol", "client.replica")),
			entry("relay", Set.of("flags", "protocol", "client", "session")),
			entry("observation", Set.of("flags", "protocol", "hub", "watch", "session", "broadcast",
					"annotation.support", "client", "featureprobe"))));
			// @formatter:on

	/** The libraries that each package may use beside {@link Library#COMMON}. */
	private static final Map<String, Set<Library>> MAY_USE_OUTSIDE = Map.ofEntries(
	// @formatter:off
			entry("flags", Set.of(Library.REACTOR, Library.JACKSON_CORE)),
			entry("flags.support", Set.of(Library.REACTOR, Library.JACKSON, Library.SPRING_CONTEXT)),
			entry("protocol", Set.of(Library.JACKSON)),
			entry("hub", Set.of(Library.REACTOR)),
			entry("watch", Set.of(Library.REACTOR)),
			entry("source.memory", Set.of(Library.REACTOR)),
			entry("source.file", Set.of(Library.REACTOR, Library.JACKSON, Library.SNAKEYAML)),
			entry("source.jdbc", Set.of(Library.REACTOR, Library.JDBC, Library.POSTGRESQL)),
			entry("featureprobe", Set.of(Library.JACKSON)),
			entry("source.featureprobe", Set.of(Library.REACTOR, Library.JACKSON, Library.NETTY,
					Library.REACTOR_NETTY)),
			entry("session", Set.of(Library.REACTOR)),
			entry("token", Set.of(Library.REACTOR, Library.NIMBUS)),
			entry("broadcast", Set.of(Library.NETTY, Library.REACTOR_SCHEDULER)),
			entry("transport.channel", Set.of(Library.REACTOR, Library.WEBFLUX, Library.NETTY,
					Library.REACTOR_NETTY, Library.SERVLET, Library.JAKARTA_WEBSOCKET)),
			entry("transport.stream", Set.of(Library.REACTOR, Library.NETTY)),
			entry("transport.http", Set.of(Library.REACTOR, Library.WEBFLUX, Library.NETTY, Library.ZSTD)),
			entry("transport.websocket", Set.of(Library.REACTOR, Library.WEBFLUX, Library.NETTY,
					Library.REACTOR_NETTY)),
			entry("transport.sse", Set.of(Library.REACTOR, Library.WEBFLUX, Library.NETTY)),
			entry("transport.longpoll", Set.of(Library.REACTOR, Library.WEBFLUX, Library.NETTY,
					Library.REACTOR_NETTY)),
			entry("transport.servlet", Set.of(Library.WEBFLUX, Library.SERVLET)),
			entry("transport.http3", Set.of(Library.WEBFLUX, Library.NETTY, Library.REACTOR_NETTY)),
			entry("transport.featureprobe", Set.of(Library.REACTOR, Library.WEBFLUX, Library.NETTY,
					Library.JACKSON)),
			entry("transport.engineio", Set.of(Library.REACTOR, Library.WEBFLUX, Library.NETTY,
					Library.REACTOR_NETTY)),
			entry("transport.socketio", Set.of(Library.REACTOR, Library.WEBFLUX, Library.NETTY, Library.JACKSON)),
			entry("annotation", Set.of()),
			entry("annotation.support", Set.of(Library.REACTOR, Library.SPRING_CONTEXT)),
			entry("client.replica", Set.of(Library.REACTOR)),
			entry("client", Set.of(Library.REACTOR, Library.JACKSON)),
			entry("client.transport", Set.of(Library.REACTOR, Library.NETTY, Library.REACTOR_NETTY)),
			entry("relay", Set.of(Library.REACTOR)),
			entry("test", Set.of(Library.REACTOR, Library.NETTY, Library.REACTOR_NETTY, Library.JACKSON,
					Library.SPRING_CONTEXT, Library.SPRING_TEST)),
			entry("observation", Set.of(Library.MICROMETER)),
			entry(AUTOCONFIGURE, Set.of(Library.ANY)));
			// @formatter:on

	static final Set<String> PACKAGES = new TreeSet<>(MAY_USE.keySet());

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages("io.realtimepush");

	private static final JavaClasses TEST_CLASSES = new ClassFileImporter()
		.withImportOption(new ImportOption.OnlyIncludeTests())
		.importPackages("io.realtimepush");

	@ParameterizedTest
	@FieldSource("PACKAGES")
	void packageUsesOnlyWhatItMay(String name) {
		noClasses().that(areOf(name))
			.should()
			.dependOnClassesThat(describe("are outside of its allow-list",
					(type) -> isOurs(type) && !packageOf(type).equals(name)
							&& !MAY_USE.getOrDefault(name, Set.of()).contains(packageOf(type))))
			.allowEmptyShould(true)
			.check(CLASSES);
	}

	@ParameterizedTest
	@FieldSource("PACKAGES")
	void packageUsesOnlyTheLibrariesItMay(String name) {
		Set<Library> libraries = MAY_USE_OUTSIDE.getOrDefault(name, Set.of());
		noClasses().that(areOf(name))
			.should()
			.dependOnClassesThat(describe("are of other libraries than " + libraries,
					(type) -> !isOurs(type) && !Library.COMMON.contains(type)
							&& libraries.stream().noneMatch((library) -> library.contains(type))))
			.allowEmptyShould(true)
			.check(CLASSES);
	}

	@Test
	void everyPackageIsListed() {
		assertThat(MAY_USE_OUTSIDE.keySet()).isEqualTo(PACKAGES);
		assertThat(MAY_USE.values()).allSatisfy((used) -> assertThat(PACKAGES).containsAll(used));
		assertThat(CLASSES.stream().map(ArchitectureTests::packageOf).distinct()).isNotEmpty().isSubsetOf(PACKAGES);
	}

	@Test
	void packagesAreFreeOfCycles() {
		slices().matching(BASE + "(**)").should().beFreeOfCycles().check(CLASSES);
	}

	@Test
	void packagesAreNullMarked() {
		Stream<JavaPackage> packages = CLASSES.stream().map(JavaClass::getPackage).distinct();
		assertThat(packages).isNotEmpty().allMatch((type) -> type.isAnnotatedWith(NullMarked.class), "@NullMarked");
	}

	@Test
	void onlyAutoconfigureAndTestUseSpringBoot() {
		noClasses().that(areOf(AUTOCONFIGURE).or(areOf("test")).negate())
			.should()
			.dependOnClassesThat(resideInAPackage("org.springframework.boot.."))
			.check(CLASSES);
	}

	@Test
	void clientNeverSeesTheServer() {
		noClasses().that(resideInAPackage(BASE + "client.."))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(BASE + "hub..", BASE + "watch..", BASE + "session..", BASE + "broadcast..",
					BASE + "transport..")
			.allowEmptyShould(true)
			.check(CLASSES);
	}

	@Test
	void noStepVerifierWithoutTimeout() {
		noClasses().should()
			.callMethodWhere(describe("waits for a StepVerifier without a Duration", ArchitectureTests::waitsForEver))
			.check(TEST_CLASSES);
	}

	private static boolean waitsForEver(JavaAccess<?> access) {
		if (!(access instanceof JavaMethodCall call)) {
			return false;
		}
		JavaClass owner = call.getTargetOwner();
		return (owner.isAssignableTo(StepVerifier.class) || owner.isAssignableTo(StepVerifier.LastStep.class))
				&& call.getName().startsWith("verify") && !call.getName().equals("verifyLater")
				&& call.getTarget()
					.getRawParameterTypes()
					.stream()
					.noneMatch((type) -> type.isEquivalentTo(Duration.class));
	}

	private static DescribedPredicate<JavaClass> areOf(String name) {
		return describe("are of '" + name + "'", (type) -> isOurs(type) && packageOf(type).equals(name));
	}

	private static boolean isOurs(JavaClass type) {
		return type.getPackageName().startsWith(BASE);
	}

	/** The package below the base; those below {@code autoconfigure} count as one. */
	private static String packageOf(JavaClass type) {
		String name = isOurs(type) ? type.getPackageName().substring(BASE.length()) : type.getPackageName();
		return name.startsWith(AUTOCONFIGURE + ".") ? AUTOCONFIGURE : name;
	}

	private static Map<String, Set<String>> withAutoconfigure(Map<String, Set<String>> others) {
		Map<String, Set<String>> all = new TreeMap<>(others);
		all.put(AUTOCONFIGURE, new HashSet<>(others.keySet()));
		return all;
	}

	/**
	 * What comes from elsewhere.
	 */
	private enum Library {

		/** The JDK without SQL, JSpecify, spring-core and its logging. */
		COMMON("java.lang..", "java.io..", "java.math..", "java.net..", "java.nio..", "java.security..", "java.text..",
				"java.time..", "java.util..", "javax.crypto..", "javax.net..", "jdk.net..",
				"org.jspecify.annotations..", "org.springframework.aot..", "org.springframework.core..",
				"org.springframework.lang..", "org.springframework.util..", "org.apache.commons.logging.."),

		REACTOR("reactor.core..", "reactor.util..", "org.reactivestreams.."),

		REACTOR_SCHEDULER("reactor.core", "reactor.core.scheduler.."),

		REACTOR_NETTY("reactor.netty..", "reactor.core..", "org.reactivestreams.."),

		NETTY("io.netty.."),

		WEBFLUX("org.springframework.http..", "org.springframework.web.."),

		SERVLET("jakarta.servlet.."),

		JAKARTA_WEBSOCKET("jakarta.websocket.."),

		JACKSON_CORE("tools.jackson.core.."),

		JACKSON("tools.jackson..", "com.fasterxml.jackson.annotation.."),

		SNAKEYAML("org.yaml.snakeyaml.."),

		JDBC("java.sql..", "javax.sql..", "org.springframework.jdbc..", "org.springframework.dao..",
				"org.springframework.transaction.."),

		POSTGRESQL("org.postgresql.."),

		NIMBUS("com.nimbusds.."),

		ZSTD("com.github.luben.zstd.."),

		SPRING_CONTEXT("org.springframework.aop..", "org.springframework.beans..", "org.springframework.context..",
				"org.springframework.format.."),

		SPRING_TEST("org.springframework.test..", "org.springframework.boot.test..",
				"org.springframework.boot.autoconfigure"),

		MICROMETER("io.micrometer.."),

		ANY("..");

		private final Set<PackageMatcher> packages;

		Library(String... packages) {
			this.packages = Set.copyOf(Arrays.stream(packages).map(PackageMatcher::of).toList());
		}

		boolean contains(JavaClass type) {
			String name = type.getBaseComponentType().getPackageName();
			return this.packages.stream().anyMatch((matcher) -> matcher.matches(name));
		}

	}

}
