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

import java.nio.file.Files;
import java.nio.file.Path;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.UnversionedFlagSource;
import io.realtimepush.source.file.FileFlagSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.util.StringUtils;

/**
 * {@link AutoConfiguration Auto-configuration} for flags in files.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = FlagSourceAutoConfiguration.class)
@ConditionalOnProperty("realtime-push.source.file.location")
@ConditionalOnMissingBean({ FlagSource.class, UnversionedFlagSource.class })
@EnableConfigurationProperties(FlagSourceProperties.class)
public final class FileFlagSourceAutoConfiguration {

	private static final String LOCATION = "realtime-push.source.file.location";

	@Bean
	FileFlagSource fileFlagSource(FlagSourceProperties properties) {
		Path location = properties.getFile().getLocation();
		if (location == null || !Files.exists(location)) {
			throw PropertyCheck.wrong(LOCATION, "must be a file or directory that exists",
					(location != null) ? "'" + location + "' (" + location.toAbsolutePath().normalize() + ")" : null);
		}
		if (Files.isDirectory(location)) {
			return FileFlagSource.ofDirectory(location);
		}
		String flagSet = properties.getFile().getFlagSet();
		if (!StringUtils.hasText(flagSet)) {
			throw PropertyCheck.wrong("realtime-push.source.file.flag-set",
					"must name the flag set that the file '" + location + "' holds", null);
		}
		return open(location, flagSet);
	}

	private static FileFlagSource open(Path file, String flagSet) {
		FlagSetId id;
		try {
			id = FlagSetId.of(flagSet);
		}
		catch (IllegalArgumentException ex) {
			throw PropertyCheck.wrong("realtime-push.source.file.flag-set", "cannot be used: " + ex.getMessage(),
					"'" + flagSet + "'", ex);
		}
		try {
			return FileFlagSource.ofFile(file, id);
		}
		catch (IllegalArgumentException ex) {
			throw PropertyCheck.wrong(LOCATION, "cannot be used: " + ex.getMessage(), "'" + file + "'", ex);
		}
	}

}
