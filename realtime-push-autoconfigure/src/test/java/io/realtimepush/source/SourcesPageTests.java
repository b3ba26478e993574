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
import java.time.Duration;
import java.util.Map;

import io.realtimepush.endtoend.PageCode;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.UnversionedFlagSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the code in docs/sources.md is that of {@link SourceExamples}, and that the
 * source of one's own does what the page says.
 */
class SourcesPageTests {

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
		String examples = PageCode.of(SourceExamples.class);
		assertThat(PageCode.blocks("sources.md")).hasSize(3)
			.allSatisfy((block) -> assertThat(examples).contains(block));
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

	private UnversionedFlagSource source() {
		return new SourceExamples.FlagServer().flagSource(WebClient.builder(),
				"http://localhost:" + this.server.port());
	}

}
