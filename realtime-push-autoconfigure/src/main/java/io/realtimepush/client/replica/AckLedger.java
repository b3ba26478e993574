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

package io.realtimepush.client.replica;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.ClientMessage;
import org.jspecify.annotations.Nullable;

/**
 * Which positions have been handled and are to be acknowledged. An acknowledgement covers
 * all positions before its own, so only the newest is kept, and the newest that failed.
 * <p>
 * Confined to one thread.
 */
final class AckLedger {

	/** What is older waits for nobody. */
	private static final int MAX_OPEN = 256;

	private static final int MAX_ERROR_LENGTH = 256;

	private final Deque<Entry> open = new ArrayDeque<>();

	private @Nullable Acknowledgement failed;

	private @Nullable Acknowledgement newest;

	/**
	 * Note that a position was published to the app.
	 * @param number the number of the publication
	 * @param position the position
	 * @param nanoTime when
	 */
	void published(long number, FlagPosition position, long nanoTime) {
		if (this.open.size() == MAX_OPEN) {
			this.open.removeFirst();
		}
		this.open.addLast(new Entry(number, position, nanoTime));
	}

	/**
	 * Note that a handler failed.
	 * @param position the position that it was called for
	 * @param failure why
	 */
	void failed(FlagPosition position, Throwable failure) {
		String error = describe(failure);
		for (Entry entry : this.open) {
			if (entry.position.equals(position)) {
				entry.error = error;
				return;
			}
		}
		this.failed = new Acknowledgement(position, null, error);
	}

	/**
	 * Note up to which publication all handlers have ended.
	 * @param number the number of the publication
	 * @param kept what is still not in effect as it should be, or {@code null}
	 * @param nanoTime when
	 */
	void finished(long number, @Nullable String kept, long nanoTime) {
		for (Entry entry = this.open.peekFirst(); entry != null
				&& entry.number <= number; entry = this.open.peekFirst()) {
			this.open.removeFirst();
			long took = Math.max(0, (nanoTime - entry.since) / 1_000_000);
			String error = (entry.error != null) ? entry.error : kept;
			Acknowledgement ack = new Acknowledgement(entry.position, took, error);
			if (error != null) {
				this.failed = ack;
			}
			this.newest = ack;
		}
	}

	boolean isEmpty() {
		return this.failed == null && this.newest == null;
	}

	/**
	 * Take what is to be sent.
	 * @param sub the subscription that the positions are of
	 * @return the acknowledgements, in the order in which they are to be sent
	 */
	List<ClientMessage.Ack> take(@Nullable String sub) {
		List<ClientMessage.Ack> acks = new ArrayList<>(2);
		if (this.failed != null) {
			acks.add(this.failed.toMessage(sub));
		}
		if (this.newest != null && this.newest != this.failed) {
			acks.add(this.newest.toMessage(sub));
		}
		this.failed = null;
		this.newest = null;
		return acks;
	}

	/** The class and the message, cut short: it goes to another machine. */
	private static String describe(Throwable failure) {
		String message = failure.getMessage();
		String text = failure.getClass().getSimpleName() + ((message != null) ? ": " + message : "");
		return (text.length() <= MAX_ERROR_LENGTH) ? text : text.substring(0, MAX_ERROR_LENGTH - 1) + '…';
	}

	private static final class Entry {

		private final long number;

		private final FlagPosition position;

		private final long since;

		private @Nullable String error;

		Entry(long number, FlagPosition position, long since) {
			this.number = number;
			this.position = position;
			this.since = since;
		}

	}

	private record Acknowledgement(FlagPosition position, @Nullable Long took, @Nullable String error) {

		ClientMessage.Ack toMessage(@Nullable String sub) {
			return new ClientMessage.Ack(this.position, this.error == null, this.took, this.error, sub);
		}

	}

}
