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

package io.realtimepush.broadcast;

import java.util.HashMap;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.realtimepush.hub.FlagView;
import io.realtimepush.hub.ViewState;
import io.realtimepush.hub.ViewUpdate;
import io.realtimepush.session.UpdateForm;
import org.jspecify.annotations.Nullable;

/**
 * Encoded updates of the present state of a view. When the view moves on, the updates of
 * the former state are let go; who still writes one holds a reference of its own.
 * <p>
 * Safe for use by many threads.
 */
final class ViewEncodings {

	private final FlagView view;

	private @Nullable StateFrames present;

	private int usedAt;

	private boolean closed;

	ViewEncodings(FlagView view) {
		this.view = view;
	}

	/**
	 * Return the frame of an update, owned by the caller, or {@code null} if these
	 * encodings are no longer in use.
	 */
	synchronized @Nullable ByteBuf get(ViewUpdate update, UpdateForm form, FrameFormat format, int now,
			BroadcastListener listener) {
		if (this.closed) {
			return null;
		}
		this.usedAt = now;
		// The name of a further subscription is the client's choice: there is no bound to
		// them
		StateFrames frames = (form.sub() == null) ? framesOf(update.state()) : null;
		if (frames == null) {
			return encode(update, form, format, listener);
		}
		Key key = new Key(update, form, format);
		ByteBuf frame = frames.byKey().get(key);
		if (frame == null) {
			frame = encode(update, form, format, listener);
			frames.byKey().put(key, frame);
		}
		return frame.retainedDuplicate();
	}

	private @Nullable StateFrames framesOf(ViewState asked) {
		StateFrames frames = this.present;
		if (frames != null && frames.state() == asked) {
			return frames;
		}
		if (asked != this.view.state()) {
			return null;
		}
		releaseAll();
		StateFrames next = new StateFrames(asked, new HashMap<>(4));
		this.present = next;
		return next;
	}

	static ByteBuf encode(ViewUpdate update, UpdateForm form, FrameFormat format, BroadcastListener listener) {
		ByteBuf frame = format.encode(form.message(update), ByteBufAllocator.DEFAULT);
		listener.encoded(format.transport(), frame.readableBytes());
		return frame;
	}

	/** Let go of everything if it is not needed now, or cannot be any more. */
	synchronized boolean closeIfUnused(int since) {
		if (this.usedAt <= since || this.view.isEnded()) {
			this.closed = true;
			releaseAll();
		}
		return this.closed;
	}

	synchronized void close() {
		this.closed = true;
		releaseAll();
	}

	private void releaseAll() {
		if (this.present != null) {
			this.present.byKey().values().forEach(ByteBuf::release);
			this.present = null;
		}
	}

	/**
	 * What has been encoded of one state. Made anew for each, so that it is as young as
	 * what it refers to.
	 */
	private record StateFrames(ViewState state, Map<Key, ByteBuf> byKey) {
	}

	/**
	 * Updates are compared by identity.
	 */
	private record Key(ViewUpdate update, UpdateForm form, FrameFormat format) {
	}

}
