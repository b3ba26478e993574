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

import io.realtimepush.annotation.FlagKey;
import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.FlagValue;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * Prints each update that the client app receives to the console.
 */
@Component
@Profile("client")
class UpdatePrinter {

	private static final Log logger = LogFactory.getLog(UpdatePrinter.class);

	@OnFlagUpdate(conflate = false)
	void print(@FlagKey String key, FlagUpdate<FlagValue> update) {
		FlagValue value = update.newValue();
		logger.info(key + ((value != null) ? " = " + value : " is removed") + " (" + update.position() + ")");
	}

}
