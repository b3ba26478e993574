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

package io.realtimepush.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.UnversionedFlagSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.util.UriComponentsBuilder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the code in docs/sources.md is that of {@link SourceExamples}, and that the
 * source of one's own does what the page says.
 */
class SourcesPageTests {

	private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	private static final FlagSetId SHOP = FlagSetId.of("shop/production");

	private final DisposableServer server = HttpServer.create()
		.port(0)
		.handle((request, response) -> request.uri().equals("/flags/shop%2Fproduction")
				? response.header("Content-Type", "application/json")
					.sendString(Mono.just("{\"limit\":50,\"ui.banner\":\"Hello\"}"))
				: response.sendNotFound())
		.bindNow();

	@AfterEach
	void stop() {
		this.server.disposeNow();
	}

	@Test
	void everyCodeBlockIsCompiled() throws IOException {
		String examples = withoutLayout(
				Files.readString(Path.of("src/test/java/io/realtimepush/source/SourceExamples.java")));
		List<String> blocks = JAVA.matcher(Files.readString(Path.of("../docs/sources.md")))
			.results()
			.map((MatchResult block) -> withoutLayout(block.group(1)))
			.toList();
		assertThat(blocks).hasSize(3).allSatisfy((block) -> assertThat(examples).contains(block));
	}

	private static String withoutLayout(String code) {
		return code.replaceAll("(?m)^\\s+|\\s+$", "").replaceAll("\\R+", "\n").strip();
	}

	@Test
	void sourceOfOnesOwnReadsFlags() {
		assertThat(source().fetch(SHOP).block(Duration.ofSeconds(10)))
			.isEqualTo(FlagSet.of(Map.of("limit", FlagValue.of(50), "ui.banner", FlagValue.of("Hello"))));
	}

	@Test
	void sourceOfOnesOwnIsEmptyWhereThereIsNothing() {
		assertThat(source().fetch(FlagSetId.of("nowhere")).blockOptional(Duration.ofSeconds(10))).isEmpty();
	}

	/** The server of the page is here. */
	private UnversionedFlagSource source() {
		return new SourceExamples.FlagServer().flags(WebClient.builder()
			.filter((request,
					next) -> next.exchange(ClientRequest.from(request)
						.url(UriComponentsBuilder.fromUri(request.url())
							.scheme("http")
							.host("localhost")
							.port(this.server.port())
							.build(true)
							.toUri())
						.build())));
	}

}
