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

package io.realtimepush.transport.socketio;

import java.io.IOException;

import io.realtimepush.endtoend.PageCode;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the code in docs/socketio.md is that of {@link SocketIoExamples}.
 */
class SocketIoPageTests {

	@Test
	void everyCodeBlockIsCompiled() throws IOException {
		String examples = PageCode.of(SocketIoExamples.class);
		assertThat(PageCode.blocks("socketio.md")).hasSize(5)
			.allSatisfy((block) -> assertThat(examples).contains(block));
	}

	@Test
	void optionsAreTaken() {
		assertThat(SocketIoExamples.options().engine().options().maxPayload()).isEqualTo(100_000);
	}

}
