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

package io.realtimepush.endtoend;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

import javax.sql.DataSource;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.TestPostgres;
import io.realtimepush.source.jdbc.JdbcFlagSchema;
import io.realtimepush.source.jdbc.JdbcFlagSource;
import io.realtimepush.source.jdbc.JdbcFlagStore;
import io.realtimepush.source.jdbc.PostgresListener;
import io.realtimepush.source.jdbc.PostgresLogin;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Notifications of PostgreSQL on their way to a source that did not write, and what
 * happens to them when networks and servers fail.
 */
class PostgresListenerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final FlagSetId SHOP = FlagSetId.of("shop/production");

	private static final FlagSetId BLOG = FlagSetId.of("blog/production");

	/**
	 * Notified through {@link #write} to know that all that came before has been told.
	 */
	private static final FlagSetId LAST = FlagSetId.of("last");

	private final List<FlagSetId> hinted = new CopyOnWriteArrayList<>();

	private final CapturedLog log = CapturedLog.open();

	private DataSource database;

	private String url;

	private String channel;

	private @Nullable PostgresListener listener;

	@BeforeEach
	void createSchema() {
		this.url = TestPostgres.emptySchema();
		this.channel = this.url.substring(this.url.lastIndexOf('=') + 1);
		this.database = TestPostgres.dataSource(this.url);
		JdbcFlagSchema.create(this.database, this.channel);
	}

	@AfterEach
	void close() {
		if (this.listener != null) {
			this.listener.close();
		}
		this.log.stop();
	}

	private PostgresListener listen(String at) {
		return listen(at, this.database, this.channel);
	}

	private PostgresListener listen(String at, DataSource written, String on) {
		JdbcFlagSource source = new JdbcFlagSource(written);
		source.hints().subscribe(this.hinted::add);
		this.listener = new PostgresListener(source, () -> new PostgresLogin(at, null, null), on,
				Duration.ofSeconds(1));
		this.listener.start();
		return this.listener;
	}

	/** Listen, and forget the hints of having connected. */
	private PostgresListener listening() {
		PostgresListener started = listen(this.url);
		await(started::isListening);
		this.hinted.clear();
		return started;
	}

	/** Write as another node does. */
	private FlagPosition write(FlagSetId flagSet) {
		return new JdbcFlagStore(new JdbcFlagSource(this.database)).set(flagSet, "checkout", FlagValue.TRUE);
	}

	private void await(BooleanSupplier condition) {
		PushServer.await(TIMEOUT, () -> this.hinted + "\n" + String.join("\n", this.log.lines()), condition);
	}

	private boolean isHinted(FlagSetId flagSet) {
		return this.hinted.contains(flagSet);
	}

	@Test
	void commitOfAnotherNodeIsHintedOnce() {
		listening();
		write(SHOP);
		write(LAST);
		await(() -> isHinted(LAST));
		assertThat(this.hinted).containsExactly(SHOP, LAST);
	}

	@Test
	void changeWrittenBySqlAndARenewedEpochAreHinted() {
		FlagPosition position = write(SHOP);
		listening();
		new JdbcTemplate(this.database)
			.update("UPDATE realtime_push_flag_set SET version = version + 1 WHERE name = 'shop/production'");
		await(() -> isHinted(SHOP));
		this.hinted.clear();
		new JdbcFlagSource(this.database).renewEpoch(SHOP, position.at(2)).block(TIMEOUT);
		await(() -> isHinted(SHOP));
	}

	@Test
	void hintComesWithTheCommitAndNotWithARollback() {
		listening();
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(this.database));
		transaction.executeWithoutResult((status) -> {
			write(SHOP);
			status.setRollbackOnly();
		});
		transaction.executeWithoutResult((status) -> {
			write(BLOG);
			write(BLOG);
			new JdbcTemplate(TestPostgres.dataSource(this.url)).queryForList("SELECT pg_notify(?, ?)", this.channel,
					LAST.name());
			await(() -> isHinted(LAST));
			assertThat(this.hinted).containsExactly(LAST);
		});
		await(() -> isHinted(BLOG));
		assertThat(this.hinted).containsExactly(LAST, BLOG);
	}

	@Test
	void whatNamesNoFlagSetIsIgnored() {
		listening();
		JdbcTemplate jdbc = new JdbcTemplate(this.database);
		for (String payload : List.of("", " ", "x".repeat(7999), "\u0007", "\tprobe of another node")) {
			jdbc.queryForList("SELECT pg_notify(?, ?)", this.channel, payload);
		}
		write(SHOP);
		await(() -> isHinted(SHOP));
		assertThat(this.hinted).containsExactly(SHOP);
		this.log.assertClean();
	}

	@Test
	void everythingIsHintedOnceThereIsAConnection() {
		write(SHOP);
		write(BLOG);
		await(listen(this.url)::isListening);
		assertThat(this.hinted).containsExactlyInAnyOrder(SHOP, BLOG);
	}

	@Test
	void connectionThatIsCutIsOpenedAgain() {
		try (FaultyProxy proxy = FaultyProxy.start(TestPostgres.server().getPort())) {
			PostgresListener started = listenThrough(proxy);
			write(SHOP);
			await(() -> isHinted(SHOP));
			proxy.closePort();
			await(() -> !started.isListening() && !warnings().isEmpty());
			write(BLOG);
			assertThat(warnings()).singleElement().asString().contains("changes are noticed by probing meanwhile");
			proxy.heal();
			await(started::isListening);
			assertThat(isHinted(BLOG)).as("missed while there was no connection").isTrue();
			this.hinted.clear();
			write(SHOP);
			await(() -> isHinted(SHOP));
			assertThat(this.log.lines())
				.anyMatch((line) -> line.contains("notifications of the database are received again"));
			assertThat(warnings()).hasSize(1);
		}
	}

	@Test
	void connectionWhosePeerIsGoneWithoutAWordIsOpenedAgain() {
		try (FaultyProxy proxy = FaultyProxy.start(TestPostgres.server().getPort())) {
			PostgresListener started = listenThrough(proxy);
			proxy.blackHole();
			await(() -> !started.isListening() && !warnings().isEmpty());
			assertThat(warnings()).singleElement().asString().contains("does not answer");
			proxy.heal();
			await(started::isListening);
			write(SHOP);
			await(() -> isHinted(SHOP));
		}
	}

	private PostgresListener listenThrough(FaultyProxy proxy) {
		PostgresListener started = listen(this.url.replaceAll(":[0-9]+/", ":" + proxy.port() + "/"));
		await(started::isListening);
		this.hinted.clear();
		return started;
	}

	@Test
	void restartOfTheDatabaseIsSurvived(@TempDir Path directory) throws IOException {
		int port;
		PostgresListener started;
		try (EmbeddedPostgres server = own(directory).start()) {
			port = server.getPort();
			this.database = TestPostgres.dataSource(TestPostgres.url(port, "postgres"));
			JdbcFlagSchema.create(this.database);
			started = listen(TestPostgres.url(port, "postgres"), this.database, JdbcFlagSchema.DEFAULT_CHANNEL);
			await(started::isListening);
			write(SHOP);
			await(() -> isHinted(SHOP));
		}
		await(() -> !started.isListening());
		this.hinted.clear();
		try (EmbeddedPostgres server = own(directory).setPort(port).start()) {
			await(started::isListening);
			assertThat(isHinted(SHOP)).isTrue();
			write(BLOG);
			await(() -> isHinted(BLOG));
			this.listener.close();
		}
	}

	private static EmbeddedPostgres.Builder own(Path directory) {
		return TestPostgres.builder().setDataDirectory(directory.resolve("data")).setCleanDataDirectory(false);
	}

	/** As with a pooler in transaction mode: there is a connection, but nothing comes. */
	@Test
	void connectionOnWhichNothingArrivesIsTold() {
		PostgresListener started = listen(TestPostgres.url(TestPostgres.server().getPort(), "template1"));
		await(() -> !warnings().isEmpty());
		assertThat(warnings()).singleElement()
			.asString()
			.contains("'" + this.channel + "'", "must lead to the same database", "pooler in transaction mode");
		assertThat(started.isListening()).isFalse();
	}

	@Test
	void missingTriggerIsTold() {
		new JdbcTemplate(this.database).execute("DROP TRIGGER realtime_push_notify ON realtime_push_flag_set");
		await(listen(this.url)::isListening);
		assertThat(warnings()).singleElement().asString().contains("no trigger", "schema-postgresql.sql");
	}

	@Test
	void triggerOfAnotherChannelIsTold() {
		await(listen(this.url, this.database, "another")::isListening);
		assertThat(warnings()).singleElement().asString().contains("no trigger", "'another'");
	}

	@Test
	void channelOfTheTriggerCanBeChanged() {
		JdbcFlagSchema.create(this.database, "another_" + this.channel.substring(0, 20));
		await(listen(this.url, this.database, "another_" + this.channel.substring(0, 20))::isListening);
		this.hinted.clear();
		write(SHOP);
		await(() -> isHinted(SHOP));
		assertThat(warnings()).isEmpty();
	}

	@Test
	void passwordIsNotLogged() {
		listen("jdbc:postgresql://127.0.0.1:1/flags?user=app&password=tops3cret");
		await(() -> !warnings().isEmpty());
		assertThat(this.log.lines()).noneMatch((line) -> line.contains("tops3cret"));
		assertThat(new PostgresLogin("jdbc:postgresql://h/d?password=tops3cret&a=b", "app", "tops3cret").toString())
			.isEqualTo("PostgresLogin[url=jdbc:postgresql://h/d?password=…&a=b, username=app]");
	}

	@Test
	void endsWhenItIsClosed() {
		listening().close();
		await(() -> listeners() == 0);
		write(SHOP);
		assertThat(this.hinted).isEmpty();
	}

	@Test
	void endsWhileNobodyAnswers() {
		try (FaultyProxy proxy = FaultyProxy.start(TestPostgres.server().getPort())) {
			PostgresListener started = listenThrough(proxy);
			proxy.blackHole();
			started.close();
			await(() -> listeners() == 0);
		}
	}

	private static long listeners() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("realtime-push-listen"))
			.count();
	}

	/**
	 * The whole way: SQL of somebody else, a server that looks once an hour, a client.
	 */
	@Test
	void changeReachesAClientLongBeforeTheNextProbe() {
		FlagSetId flagSet = FlagSetId.of(PushServer.FLAG_SET);
		JdbcFlagStore store = new JdbcFlagStore(new JdbcFlagSource(this.database));
		store.update(flagSet, Map.of("limit", FlagValue.of(1)), Set.of());
		try (PushServer server = PushServer.startWithoutSource(
				"spring.autoconfigure.exclude=" + String.join(",", PushServer.notNeeded("security|actuate")),
				"spring.datasource.url=" + this.url, "realtime-push.source.jdbc.enabled=true",
				"realtime-push.source.jdbc.notify.enabled=true",
				"spring.datasource.type=org.springframework.jdbc.datasource.SimpleDriverDataSource",
				"realtime-push.source.jdbc.notify.channel=" + this.channel, "realtime-push.watch.interval=1h");
				TestClient client = TestClient.start(server.port(), "websocket").awaitLive()) {
			await(server.bean(PostgresListener.class)::isListening);
			for (int i = 2; i < 5; i++) {
				FlagPosition position = store.set(flagSet, "limit", FlagValue.of(i));
				client.await(() -> position.equals(client.position()));
				assertThat(client.value("limit")).isEqualTo(Integer.toString(i));
			}
		}
	}

	private List<String> warnings() {
		return this.log.lines().stream().filter((line) -> line.startsWith("WARN io.realtimepush")).toList();
	}

}
