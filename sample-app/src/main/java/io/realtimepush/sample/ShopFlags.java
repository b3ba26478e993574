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

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagStore;
import io.realtimepush.flags.FlagValue;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * The shop's flags, at least one of every JSON type. They are written once, before the
 * app serves: when the database does not know the flag set.
 */
@Component
@Profile("!client")
class ShopFlags implements InitializingBean {

	static final FlagSetId FLAG_SET = FlagSetId.of("shop/production");

	private final FlagSource source;

	private final FlagStore store;

	ShopFlags(FlagSource source, FlagStore store) {
		this.source = source;
		this.store = store;
	}

	@Override
	public void afterPropertiesSet() {
		Map<?, ?> positions = this.source.versions(Set.of(FLAG_SET)).blockOptional().orElseThrow();
		if (positions.isEmpty()) {
			this.store.update(FLAG_SET, firstFlags(), Set.of());
		}
	}

	private static Map<String, FlagValue> firstFlags() {
		Map<String, FlagValue> flags = new LinkedHashMap<>();
		flags.put("ui.banner.enabled", FlagValue.TRUE);
		flags.put("ui.banner.text", FlagValue.of("Free delivery this weekend"));
		flags.put("ui.accent-color", FlagValue.of("#6d5efc"));
		flags.put("ui.products-per-row", FlagValue.of(3));
		flags.put("ui.categories", FlagValue.ofJson("""
				["Books", "Games", "Garden"]"""));
		flags.put("ui.checkout-button", FlagValue.ofJson("""
				{"label": "Buy now", "express": true}"""));
		flags.put("checkout.enabled", FlagValue.TRUE);
		flags.put("checkout.max-items", FlagValue.of(50));
		flags.put("pricing.discount-rate", FlagValue.ofJson("0.15"));
		flags.put("shipping.carriers", FlagValue.ofJson("""
				["DHL", "UPS"]"""));
		flags.put("search.ranking", FlagValue.ofJson("""
				{"model": "bm25", "weights": {"title": 2.5, "description": 1}}"""));
		flags.put("support.hotline", FlagValue.NULL);
		return flags;
	}

}
