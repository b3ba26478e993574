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

package io.realtimepush.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Publishes over a connection of its own that stays open.
 * <p>
 * Confined to the thread of its {@link LoadLoop}.
 *
 * @since 0.1.0
 */
public final class Publisher implements AutoCloseable {

	private final LoadLoop loop;

	private final InetSocketAddress server;

	private final String path;

	private @Nullable SocketChannel channel;

	/**
	 * Create a publisher, which connects when it first publishes.
	 * @param loop reads the answers
	 * @param server where to publish
	 * @param path the path that takes a change
	 */
	public Publisher(LoadLoop loop, InetSocketAddress server, String path) {
		this.loop = loop;
		this.server = server;
		this.path = path;
	}

	/**
	 * Publish a change. Does not wait for the answer.
	 * @param body the change, JSON
	 */
	public void publish(String body) {
		try {
			SocketChannel open = (this.channel != null) ? this.channel : connect();
			ByteBuffer request = StandardCharsets.US_ASCII.encode("POST " + this.path + " HTTP/1.1\r\nHost: "
					+ this.server.getHostString() + ":" + this.server.getPort()
					+ "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
			while (request.hasRemaining()) {
				open.write(request);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private SocketChannel connect() throws IOException {
		SocketChannel opened = SocketChannel.open(this.server);
		opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
		opened.configureBlocking(false);
		opened.register(this.loop.selector(), SelectionKey.OP_READ, this);
		this.channel = opened;
		return opened;
	}

	/** An answer is short, so it comes whole. */
	void selected() {
		SocketChannel open = this.channel;
		if (open == null) {
			return;
		}
		try {
			int count = this.loop.read(open);
			if (count < 0) {
				close();
				return;
			}
			String answer = new String(this.loop.data(), 0, count, StandardCharsets.UTF_8);
			if (answer.startsWith("HTTP/") && answer.charAt(9) != '2') {
				throw new IllegalStateException("publishing failed: " + answer);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		try {
			if (this.channel != null) {
				this.channel.close();
				this.channel = null;
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
