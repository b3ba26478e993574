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

import io.realtimepush.client.ConnectFailure;
import io.realtimepush.client.TransportRequest;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * A stream that ends once: when it is stopped, or for a reason that it tells.
 * <p>
 * Touched on the event loop only.
 */
abstract class AbstractFlagStream implements FlagStream {

	/** Where to, and who is there. */
	protected final TransportRequest request;

	/** What is asked for. */
	protected final Wish wish;

	/** Told what comes. */
	protected final Listener listener;

	private Disposable work = Disposables.disposed();

	private boolean stopped;

	AbstractFlagStream(TransportRequest request, Wish wish, Listener listener) {
		this.request = request;
		this.wish = wish;
		this.listener = listener;
	}

	/** Note what is under way, which the end of the stream cancels. */
	protected final void doing(Disposable present) {
		this.work = present;
	}

	protected final boolean isStopped() {
		return this.stopped;
	}

	@Override
	public @Nullable String session() {
		return null;
	}

	@Override
	public final void stop() {
		this.stopped = true;
		this.work.dispose();
	}

	protected final void end(ConnectFailure failure) {
		if (!this.stopped) {
			this.stopped = true;
			this.listener.ended(failure);
		}
	}

}
