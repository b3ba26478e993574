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

package io.realtimepush.session;

/**
 * How many messages a client may still send: so many per second, after a burst of twice
 * as many. Confined to whoever reads what the client sends.
 */
final class MessageAllowance {

	private final int rate;

	private int left;

	private long countedAt;

	/**
	 * Create an allowance.
	 * @param rate most messages per second, 0 for no limit
	 * @param now the time in milliseconds
	 */
	MessageAllowance(int rate, long now) {
		this.rate = rate;
		this.left = 2 * rate;
		this.countedAt = now;
	}

	/**
	 * Count a message.
	 * @return whether the client may send it
	 */
	boolean take(long now) {
		long earned = (now - this.countedAt) * this.rate / 1000;
		if (earned > 0 || now < this.countedAt) {
			this.left = (int) Math.min(2L * this.rate, this.left + Math.max(0, earned));
			this.countedAt = now;
		}
		return this.rate <= 0 || --this.left >= 0;
	}

}
