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

import io.realtimepush.client.ClientStatus;
import io.realtimepush.client.LocalAddresses;
import io.realtimepush.client.PushClient;
import io.realtimepush.client.PushClientClosedException;
import io.realtimepush.flags.FlagsStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * Connects with the start of the app, and waits a while for the first flag set. Handlers
 * of flags are called later, and end sooner.
 */
final class PushClientLifecycle implements SmartLifecycle, DisposableBean {

	private static final Log logger = LogFactory.getLog(PushClientLifecycle.class);

	private final PushClient client;

	private final PushClientProperties properties;

	private final @Nullable LocalAddresses addresses;

	private volatile boolean running;

	PushClientLifecycle(PushClient client, PushClientProperties properties, @Nullable LocalAddresses addresses) {
		this.client = client;
		this.properties = properties;
		this.addresses = addresses;
	}

	@Override
	public void start() {
		this.running = true;
		if (this.addresses != null) {
			this.addresses.start();
		}
		if (this.properties.getConnect() == PushClientProperties.ConnectPhase.MANUAL) {
			return;
		}
		this.client.start();
		Duration patience = this.properties.getInitialWait();
		if (!patience.isZero() && !isLiveWithin(patience)) {
			goOnWithoutConnection(patience);
		}
	}

	private boolean isLiveWithin(Duration patience) {
		return this.client.whenLive()
			.map(ClientStatus::isLive)
			.timeout(patience, Mono.just(false))
			.onErrorReturn(PushClientClosedException.class, false)
			.blockOptional()
			.orElse(false);
	}

	private void goOnWithoutConnection(Duration patience) {
		ClientStatus status = this.client.status();
		String url = "'" + this.properties.getUrl() + "'";
		String problem = (status.state() == ClientStatus.State.CLOSED)
				? "the push client has ended without a connection to " + url + ": " + status.reason()
				: "the push client has no connection to " + url + " after " + PropertyCheck.text(patience) + ": "
						+ status.reason();
		FlagsStatus flags = this.client.feeds().primary().status();
		if (this.properties.isFailFast()) {
			this.client.close().subscribe();
			throw new ConfigurationProblemException(problem,
					"See that the server can be reached and knows the SDK key, or set "
							+ "'realtime-push.client.fail-fast' to false to start with cached flags or defaults.");
		}
		logger.warn(problem + "; the app starts with flags that are " + flags);
	}

	@Override
	public void stop() {
		stop(() -> {
		});
	}

	@Override
	public void stop(Runnable callback) {
		if (this.addresses != null) {
			this.addresses.stop();
		}
		this.client.close().doFinally((signal) -> {
			this.running = false;
			callback.run();
		}).subscribe();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Also where the app did not get as far as to start. */
	@Override
	public void destroy() {
		this.client.close().subscribe();
	}

	/** A client that was closed cannot be started again. */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return (this.properties.getConnect() == PushClientProperties.ConnectPhase.EARLY) ? DEFAULT_PHASE - 4096
				: DEFAULT_PHASE - 128;
	}

}
