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

package io.realtimepush.sample;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.stream.Collectors;

import io.realtimepush.annotation.FlagKey;
import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * What the server does when a flag changes. A real shop would switch something here; this
 * one writes down that it was called.
 */
@Component
class FlagHandlers {

	private final HandlerCalls calls;

	FlagHandlers(HandlerCalls calls) {
		this.calls = calls;
	}

	@OnFlagUpdate
	void anyFlag(FlagChange change) {
		String keys = change.updates().stream().map(FlagUpdate::key).collect(Collectors.joining(", "));
		this.calls.record("anyFlag(FlagChange)", keys, change.position());
	}

	@OnFlagUpdate("ui.banner.enabled")
	void banner(Optional<Boolean> enabled, FlagChange change) {
		this.calls.record("banner(Optional<Boolean>)", enabled.orElse(false) ? "banner is shown" : "banner is hidden",
				change.position());
	}

	@OnFlagUpdate("ui.checkout-button")
	void button(@Nullable Button button, FlagSnapshot snapshot) {
		this.calls.record("button(Button)", String.valueOf(button), snapshot.position());
	}

	@OnFlagUpdate({ "checkout.*", "shipping.*" })
	void logistics(@FlagKey String key, FlagUpdate<FlagValue> update) {
		this.calls.record("logistics(String, FlagUpdate)", key + ": " + update.oldValue() + " → " + update.newValue(),
				update.position());
	}

	@OnFlagUpdate("pricing.discount-rate")
	void discount(FlagUpdate<BigDecimal> update) {
		this.calls.record("discount(FlagUpdate<BigDecimal>)", update.oldValue() + " → " + update.newValue(),
				update.position());
	}

	/**
	 * The look of a button, read from a flag.
	 *
	 * @param label what stands on it
	 * @param express whether it skips the cart
	 */
	record Button(String label, boolean express) {
	}

}
