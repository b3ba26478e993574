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

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;

/**
 * Flags whose new value a handler could not take. They keep their former value for the
 * app until they are given another one.
 * <p>
 * Confined to one thread.
 */
final class KeptFlags {

	private final Map<String, Kept> kept = new LinkedHashMap<>();

	/**
	 * What was refused until the present value came. A handler that was too slow to hear
	 * of the former value in between says that the refused one was its last.
	 */
	private final Map<String, Replaced> replaced = new LinkedHashMap<>();

	/**
	 * Keep the former value of a flag, if the new one is still the present one.
	 * @param key the flag
	 * @param refused the value that was not taken, or {@code null} if the removal was not
	 * @param former the value before
	 * @param stored the flags as they were received
	 * @return whether the app is to be shown another value now; not if even the former
	 * one was refused, for there is nothing to go back to
	 */
	boolean keep(String key, @Nullable FlagValue refused, FlagValue former, FlagSet stored) {
		Kept known = this.kept.get(key);
		if (known != null && known.former.equals(refused)) {
			return false;
		}
		Replaced before = this.replaced.get(key);
		FlagValue good = (before != null && former.equals(before.kept.refused)) ? before.kept.former : former;
		FlagValue present = stored.get(key);
		if (!Objects.equals(present, refused)) {
			this.replaced.put(key, new Replaced(new Kept(refused, good), present));
			return false;
		}
		return this.kept.putIfAbsent(key, new Kept(refused, good)) == null;
	}

	/**
	 * Take note of what was received: a flag with another value than the one that was
	 * refused is kept no more.
	 * @param stored the flags as they were received
	 */
	void received(FlagSet stored) {
		this.replaced.entrySet()
			.removeIf((entry) -> !Objects.equals(stored.get(entry.getKey()), entry.getValue().present));
		this.kept.entrySet().removeIf((entry) -> {
			FlagValue present = stored.get(entry.getKey());
			boolean other = !Objects.equals(present, entry.getValue().refused);
			if (other) {
				this.replaced.put(entry.getKey(), new Replaced(entry.getValue(), present));
			}
			return other;
		});
	}

	/**
	 * Return the flags that are kept.
	 * @return the keys
	 */
	Set<String> keys() {
		return this.kept.keySet();
	}

	/**
	 * Return the flags as the app is shown them.
	 * @param stored the flags as they were received
	 * @return the same flags, with former values where they are kept
	 */
	FlagSet overlay(FlagSet stored) {
		Map<String, FlagValue> former = new LinkedHashMap<>();
		this.kept.forEach((key, value) -> former.put(key, value.former));
		return stored.with(former, Set.of());
	}

	/**
	 * A flag that is kept.
	 *
	 * @param refused the value that was not taken, or {@code null} for a removal
	 * @param former the value that is shown in its place
	 */
	private record Kept(@Nullable FlagValue refused, FlagValue former) {

	}

	/**
	 * A flag that was kept.
	 *
	 * @param kept how
	 * @param present the value that it has been given since
	 */
	private record Replaced(Kept kept, @Nullable FlagValue present) {

	}

}
