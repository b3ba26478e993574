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

package io.realtimepush.sample;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagStore;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.context.annotation.Profile;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.UriUtils;

/**
 * Lets the page, and anybody with curl, read and write the shop's flags. An app of your
 * own lets only those do so who may, and shows to browsers only what they may see.
 */
@RestController
@Profile("!client")
@RequestMapping(FlagController.PATH)
class FlagController {

	static final String PATH = "/api/flags";

	static final DataSize MAX_VALUE_SIZE = DataSize.ofKilobytes(64);

	private final FlagSource source;

	private final FlagStore store;

	FlagController(FlagSource source, FlagStore store) {
		this.source = source;
		this.store = store;
	}

	/**
	 * Read from the database, not from memory: who has written sees what was written.
	 */
	@GetMapping
	Mono<FlagsView> flags() {
		return this.source.fetch(ShopFlags.FLAG_SET).map(FlagsView::of);
	}

	@PutMapping("/{*key}")
	Mono<FlagPosition> put(ServerHttpRequest request) {
		String key = key(request);
		return body(request).map(FlagController::value)
			.flatMap((value) -> blocking(() -> this.store.set(ShopFlags.FLAG_SET, key, value)));
	}

	@DeleteMapping("/{*key}")
	Mono<FlagPosition> delete(ServerHttpRequest request) {
		String key = key(request);
		return this.source.fetch(ShopFlags.FLAG_SET)
			.filter((snapshot) -> snapshot.flags().get(key) != null)
			.switchIfEmpty(Mono.error(
					() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "flag '%s' does not exist".formatted(key))))
			.flatMap((snapshot) -> blocking(() -> this.store.remove(ShopFlags.FLAG_SET, key)));
	}

	/**
	 * All of the path behind {@link #PATH} is the key: dots, slashes and semicolons, too,
	 * encoded or not.
	 */
	private static String key(ServerHttpRequest request) {
		String path = request.getPath().pathWithinApplication().value();
		String encoded = path.substring(Math.min(PATH.length() + 1, path.length()));
		try {
			return FlagSet.requireValidKey(UriUtils.decode(encoded, StandardCharsets.UTF_8));
		}
		catch (IllegalArgumentException ex) {
			throw badRequest(ex);
		}
	}

	private static Mono<ByteBuffer> body(ServerHttpRequest request) {
		int limit = (int) MAX_VALUE_SIZE.toBytes();
		if (request.getHeaders().getContentLength() > limit) {
			return Mono.error(tooLarge(null));
		}
		Flux<DataBuffer> body = request.getBody();
		return DataBufferUtils.join(body, limit)
			.map(FlagController::copyAndRelease)
			.defaultIfEmpty(ByteBuffer.allocate(0))
			.onErrorMap(DataBufferLimitException.class, FlagController::tooLarge);
	}

	private static ResponseStatusException tooLarge(@Nullable Throwable cause) {
		return new ResponseStatusException(HttpStatus.CONTENT_TOO_LARGE,
				"flag value must have at most %d bytes".formatted(MAX_VALUE_SIZE.toBytes()), cause);
	}

	private static ByteBuffer copyAndRelease(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return ByteBuffer.wrap(bytes);
	}

	private static FlagValue value(ByteBuffer body) {
		try {
			return FlagValue.ofJson(StandardCharsets.UTF_8.newDecoder().decode(body).toString());
		}
		catch (CharacterCodingException ex) {
			throw badRequest(new IllegalArgumentException("flag value must be JSON in UTF-8", ex));
		}
		catch (IllegalArgumentException ex) {
			throw badRequest(ex);
		}
	}

	private static ResponseStatusException badRequest(IllegalArgumentException ex) {
		return new ResponseStatusException(HttpStatus.BAD_REQUEST, ex.getMessage(), ex);
	}

	private static <T> Mono<T> blocking(Callable<T> call) {
		return Mono.fromCallable(call).subscribeOn(Schedulers.boundedElastic());
	}

	/**
	 * The flags at a position.
	 *
	 * @param epoch the epoch of the position
	 * @param version the version of the position
	 * @param flags the values by flag key
	 */
	record FlagsView(String epoch, long version, Map<String, FlagValue> flags) {

		static FlagsView of(FlagSnapshot snapshot) {
			FlagPosition position = snapshot.position();
			return new FlagsView(position.epoch(), position.version(), snapshot.flags().asMap());
		}

	}

}
