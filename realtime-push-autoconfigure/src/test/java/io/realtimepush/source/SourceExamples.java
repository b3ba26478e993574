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

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagStore;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.UnversionedFlagSource;
import io.realtimepush.source.memory.InMemoryFlagSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;

/**
 * The code of docs/sources.md, which {@link SourcesPageTests} compares with it.
 */
final class SourceExamples {

	private SourceExamples() {
	}

	static void write(FlagStore store) {
		store.set(FlagSetId.of("shop/production"), "checkout", FlagValue.TRUE);
		store.update(FlagSetId.of("shop/production"), Map.of("ui.theme", FlagValue.of("dark")), Set.of("old-checkout"));
	}

	static class InMemory {

		@Bean
		InMemoryFlagSource flagSource() {
			InMemoryFlagSource flags = new InMemoryFlagSource();
			flags.set(FlagSetId.of("shop/production"), "checkout", FlagValue.TRUE);
			return flags;
		}

	}

	static class FlagServer {

		@Bean
		UnversionedFlagSource flagSource(WebClient.Builder builder, @Value("${flags.url}") String url) {
			WebClient client = builder.baseUrl(url).build();
			return (flagSet) -> client.get()
				.uri("/flags/{name}", flagSet.name())
				.retrieve()
				.bodyToMono(new ParameterizedTypeReference<Map<String, JsonNode>>() {
				})
				.map((json) -> read(json))
				.onErrorResume(WebClientResponseException.NotFound.class, (ex) -> Mono.empty());
		}

		static FlagSet read(Map<String, JsonNode> json) {
			Map<String, FlagValue> flags = new LinkedHashMap<>();
			json.forEach((key, value) -> flags.put(key, FlagValue.ofJson(value.toString())));
			return FlagSet.of(flags);
		}

	}

}
