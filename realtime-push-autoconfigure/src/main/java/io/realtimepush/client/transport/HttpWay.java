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

package io.realtimepush.client.transport;

import java.time.Duration;

import io.netty.handler.codec.http.HttpHeaders;
import io.realtimepush.client.ConnectFailedException;
import reactor.core.publisher.Mono;

/**
 * A way to ask a server over HTTP. Used on the event loop only.
 */
interface HttpWay {

	/**
	 * Ask, and read the whole answer, whatever its status.
	 * @param call what is asked
	 * @return the answer, or a {@link ConnectFailedException}
	 */
	Mono<HttpAnswer> exchange(HttpCall call);

	/**
	 * Ask what the server answers when there is something to say, and read the whole
	 * answer, whatever its status.
	 * @param call what is asked
	 * @return the answer, or a {@link ConnectFailedException}
	 */
	default Mono<HttpAnswer> poll(HttpCall call) {
		return exchange(call);
	}

	/**
	 * Ask, and read the answer as it comes.
	 * @param call what is asked; its timeout is of no account
	 * @param reader is given the answer; what it throws ends the exchange
	 * @return completes when the answer has ended
	 */
	Mono<Void> stream(HttpCall call, AnswerReader reader);

	/**
	 * Return how long a connection may be silent before something on the way, or the
	 * server, gives it up.
	 * @return the time
	 */
	Duration longestSilence();

	/**
	 * Ask no more.
	 */
	void close();

	/**
	 * Reads an answer as it comes.
	 */
	interface AnswerReader {

		/**
		 * Take the head, which comes first.
		 * @param status the status
		 * @param headers the headers
		 */
		void head(int status, HttpHeaders headers);

		/**
		 * Take a part of the body.
		 * @param part the part
		 */
		void body(byte[] part);

	}

}
