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

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpProtocol;

/**
 * HTTP/1.1, and HTTP/2 for streams where the server offers it.
 */
final class TcpWay implements HttpWay {

	/** The longest heartbeat interval that a server agrees to. */
	private static final Duration LONGEST_SILENCE = Duration.ofMinutes(5);

	private final ClientHttp http;

	TcpWay(ClientHttp http) {
		this.http = http;
	}

	@Override
	public Mono<HttpAnswer> exchange(HttpCall call) {
		return this.http.exchange(call);
	}

	@Override
	public Mono<HttpAnswer> poll(HttpCall call) {
		return this.http.poll(call);
	}

	@Override
	public Mono<Void> stream(HttpCall call, AnswerReader reader) {
		return Mono.using(ChannelOwner::new, (owner) -> stream(call, reader, owner), ChannelOwner::close);
	}

	private Mono<Void> stream(HttpCall call, AnswerReader reader, ChannelOwner owner) {
		return this.http.single(call.endpoint(), HttpProtocol.H2, HttpProtocol.HTTP11)
			.doOnChannelInit((observer, channel, remote) -> owner.own(channel))
			.compress(true)
			.headers((headers) -> {
				headers.set("Authorization", "Bearer " + call.credential());
				call.headers().forEach(headers::set);
			})
			.request(call.method())
			.uri(call.query().url(call.endpoint(), call.path()))
			.response((response, content) -> {
				this.http.alternatives().note(call.endpoint(), response.responseHeaders());
				reader.head(response.status().code(), response.responseHeaders());
				return content.asByteArray().doOnNext(reader::body).then();
			})
			.then();
	}

	@Override
	public Duration longestSilence() {
		return LONGEST_SILENCE;
	}

	@Override
	public void close() {
	}

	/**
	 * Closes the connection of one stream. With HTTP/2 the end of a stream leaves it
	 * open, for others that never come.
	 */
	private static final class ChannelOwner {

		private volatile @Nullable Channel channel;

		void own(Channel made) {
			this.channel = (made.parent() != null) ? made.parent() : made;
		}

		void close() {
			Channel present = this.channel;
			if (present != null) {
				present.close();
			}
		}

	}

}
