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

package io.realtimepush.transport.engineio;

import java.util.concurrent.TimeUnit;

import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Who is due when, for very many who all wait for the same time: a list that is in order
 * because everybody joins at its end, and one timer for the first of it. Confined to its
 * executor.
 */
final class Deadlines {

	/** Timers are late by a few milliseconds as a rule. */
	private static final long MAX_LATE = TimeUnit.MILLISECONDS.toNanos(20);

	private final EventExecutor executor;

	private final long delay;

	private @Nullable Member first;

	private @Nullable Member last;

	private boolean armed;

	Deadlines(EventExecutor executor, long delayMillis) {
		this.executor = executor;
		this.delay = TimeUnit.MILLISECONDS.toNanos(delayMillis);
	}

	/** Have a member called after the delay. */
	void add(Member member) {
		append(member, System.nanoTime());
	}

	/**
	 * Have a member called after the delay, which counts from when it has been due
	 * elsewhere, unless that was noticed late.
	 */
	void addSinceDue(Member member) {
		long now = System.nanoTime();
		append(member, (now - member.due < MAX_LATE) ? member.due : now);
	}

	private void append(Member member, long since) {
		member.list = this;
		member.due = since + this.delay;
		member.before = this.last;
		if (this.last != null) {
			this.last.after = member;
		}
		else {
			this.first = member;
		}
		this.last = member;
		if (!this.armed) {
			arm();
		}
	}

	private void remove(Member member) {
		if (member.before != null) {
			member.before.after = member.after;
		}
		else {
			this.first = member.after;
		}
		if (member.after != null) {
			member.after.before = member.before;
		}
		else {
			this.last = member.before;
		}
		member.before = null;
		member.after = null;
		member.list = null;
	}

	private void arm() {
		if (this.first != null && !this.executor.isShuttingDown()) {
			this.armed = true;
			this.executor.schedule(this::elapsed, this.first.due - System.nanoTime(), TimeUnit.NANOSECONDS);
		}
	}

	private void elapsed() {
		this.armed = false;
		long now = System.nanoTime();
		for (Member due = this.first; due != null && due.due - now <= 0; due = this.first) {
			remove(due);
			due.elapsed();
		}
		if (!this.armed) {
			arm();
		}
	}

	/**
	 * Somebody who can wait in one list at a time. List and member are one object,
	 * because there are very many of them.
	 */
	abstract static class Member {

		private @Nullable Deadlines list;

		private @Nullable Member before;

		private @Nullable Member after;

		private long due;

		/** The time has come. Called on the executor; the member has left the list. */
		abstract void elapsed();

		final void leave() {
			if (this.list != null) {
				this.list.remove(this);
			}
		}

	}

	/**
	 * The two lists of an event loop.
	 *
	 * @param pings who waits to be sent a ping
	 * @param pongs who has to answer one
	 */
	record Heartbeats(Deadlines pings, Deadlines pongs) {

		static Heartbeats of(EventExecutor executor, EngineOptions options) {
			return new Heartbeats(new Deadlines(executor, options.pingInterval().toMillis()),
					new Deadlines(executor, options.pingTimeout().toMillis()));
		}

	}

}
