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

import java.time.Instant;

import io.realtimepush.flags.FlagSetId;
import org.jspecify.annotations.Nullable;

/**
 * What an access token says. It names its SDK key by the hash, never by the key.
 *
 * @param keySha256 the hash of the SDK key, see
 * {@link io.realtimepush.flags.SdkKey#sha256(String)}
 * @param flagSet the flag set that the token was made for
 * @param instance the client's process that the token was made for, or {@code null} for
 * any
 * @param expiresAt when it ends
 * @since 0.1.0
 */
public record TokenClaims(String keySha256, FlagSetId flagSet, @Nullable String instance, Instant expiresAt) {

}
