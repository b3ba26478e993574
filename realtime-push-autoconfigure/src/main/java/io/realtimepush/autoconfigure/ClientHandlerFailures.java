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

package io.realtimepush.autoconfigure;

import java.time.Duration;

import io.realtimepush.annotation.support.FlagHandlerInvocation;
import io.realtimepush.annotation.support.FlagHandlerListener;
import io.realtimepush.client.DefaultPushClient;
import org.jspecify.annotations.Nullable;

/**
 * Tells the client which handlers failed, so that their flags keep their former values;
 * but not in a relay, which must show its clients what its server has.
 */
final class ClientHandlerFailures implements FlagHandlerListener {

	private final DefaultPushClient client;

	private final boolean relay;

	ClientHandlerFailures(DefaultPushClient client, boolean relay) {
		this.client = client;
		this.relay = relay;
	}

	@Override
	public void completed(FlagHandlerInvocation invocation, Duration duration, @Nullable Throwable failure) {
		if (failure != null) {
			this.client.handlerFailed(invocation.change().flagSet(), invocation.change().position(),
					this.relay ? null : invocation.update(), failure);
		}
	}

}
