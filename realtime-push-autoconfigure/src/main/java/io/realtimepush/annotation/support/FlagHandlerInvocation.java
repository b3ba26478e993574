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

package io.realtimepush.annotation.support;

import java.lang.reflect.Method;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import org.jspecify.annotations.Nullable;

/**
 * One call of an {@link io.realtimepush.annotation.OnFlagUpdate @OnFlagUpdate} method.
 *
 * @param beanName the bean that has the method
 * @param method the annotated method
 * @param change the change that it is called for
 * @param update the update that it is called for, or {@code null} if it is called once
 * for the whole change
 * @param sdkKey the SDK key that the method has selected, or {@code null}
 * @since 0.1.0
 */
public record FlagHandlerInvocation(String beanName, Method method, FlagChange change,
		@Nullable FlagUpdate<FlagValue> update, @Nullable SdkKey sdkKey) {

}
