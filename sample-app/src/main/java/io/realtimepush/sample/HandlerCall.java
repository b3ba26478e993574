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

import java.time.Instant;

/**
 * One call of an {@code @OnFlagUpdate} method.
 *
 * @param sequence counts the calls since the start of the app
 * @param at when the method was called
 * @param method the method with its parameters
 * @param detail what it was told
 * @param position the position of the flag set
 */
record HandlerCall(long sequence, Instant at, String method, String detail, String position) {

}
