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

package io.realtimepush.client;

import java.util.List;

import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.protocol.SyncMode;
import org.jspecify.annotations.Nullable;

/**
 * One flag set that a client wants.
 *
 * @param flagSet the name that the app knows it by
 * @param sdkKey the SDK key that selects it
 * @param mode what the server sends when it changes
 * @param flags flag keys or patterns that are wanted; empty for all
 * @param user whom toggles are evaluated for, or {@code null} if the flag set holds none
 * @param defaults the flags to start with if nothing better is there, or {@code null}
 * @since 0.1.0
 */
public record SubscriptionSettings(FlagSetId flagSet, String sdkKey, SyncMode mode, List<String> flags,
		@Nullable ClientUser user, @Nullable FlagSet defaults) {

	public SubscriptionSettings {
		flags = List.copyOf(flags);
	}

	/**
	 * Create settings that name no user.
	 * @param flagSet the name that the app knows it by
	 * @param sdkKey the SDK key that selects it
	 * @param mode what the server sends when it changes
	 * @param flags flag keys or patterns that are wanted; empty for all
	 * @param defaults the flags to start with if nothing better is there, or {@code null}
	 */
	public SubscriptionSettings(FlagSetId flagSet, String sdkKey, SyncMode mode, List<String> flags,
			@Nullable FlagSet defaults) {
		this(flagSet, sdkKey, mode, flags, null, defaults);
	}

	/**
	 * Change whom toggles are evaluated for.
	 * @param changed the user, or {@code null} for nobody
	 * @return settings with this change
	 */
	public SubscriptionSettings with(@Nullable ClientUser changed) {
		return new SubscriptionSettings(this.flagSet, this.sdkKey, this.mode, this.flags, changed, this.defaults);
	}

	@Override
	public String toString() {
		return "SubscriptionSettings[flagSet=" + this.flagSet + ", mode=" + this.mode + ", flags=" + this.flags + "]";
	}

}
