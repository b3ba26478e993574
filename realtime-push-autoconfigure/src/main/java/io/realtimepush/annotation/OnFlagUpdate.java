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

package io.realtimepush.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Marks a method of a bean that is called when a flag gets another value, is added or is
 * removed.
 * <p>
 * The method may have, in any order and each at most once, these parameters:
 * <ul>
 * <li>the flag's new value, converted to the type of the parameter: a primitive, an enum
 * (in any case), a record, {@code String}, {@code Duration}, {@code List}, {@code Map},
 * {@code Optional}, {@code JsonNode}, {@code FlagValue}, or anything else that Jackson
 * reads. The value of a removed flag is {@code null} or an empty {@code Optional}; a
 * primitive cannot say so, and the removal is a failure of the call
 * <li>{@code FlagUpdate<T>}: key, old and new value, position, and what happened. The old
 * value is {@code null}, or an empty {@code Optional}, also if it cannot be converted
 * <li>{@link FlagKey @FlagKey} {@code String}: the key of the flag
 * <li>{@code FlagChange}: all that changed at once
 * <li>{@code FlagSnapshot}: the whole flag set after the change
 * <li>{@code SdkKey}: the key named by {@link #sdkKey()}
 * </ul>
 * With one of the first three the method is called for each matching flag of a change,
 * else once for a change that touches a matching flag.
 * <p>
 * It returns {@code void}, or a {@code Mono}, {@code Flux} or {@code CompletionStage},
 * whose end is awaited before the next call; there is no time limit. Its calls come one
 * after another, in version order, on a thread that may be blocked. What it throws is
 * logged, given to the app's error handlers, and hinders neither other methods nor its
 * own later calls.
 * <p>
 * May be used as a meta-annotation, and is found on inherited and on interface methods.
 * All {@code String} attributes may contain <code>${…}</code> placeholders.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(HandlerMethodReflectiveProcessor.class)
public @interface OnFlagUpdate {

	/**
	 * Alias for {@link #flags()}.
	 * @return flag keys or patterns
	 */
	@AliasFor("flags")
	String[] value() default {};

	/**
	 * Flag keys, or patterns in which {@code *} stands for any run of characters. None
	 * means all flags.
	 * @return flag keys or patterns
	 */
	@AliasFor("value")
	String[] flags() default {};

	/**
	 * Name of the flag set. By default, and if neither this nor {@link #sdkKey()} is
	 * given, it is the app's only or primary flag set.
	 * @return the name of the flag set
	 */
	String flagSet() default "";

	/**
	 * SDK key that selects the flag set, and of it the flags that the key may see. Best a
	 * placeholder. Not together with {@link #flagSet()}.
	 * @return the SDK key
	 */
	String sdkKey() default "";

	/**
	 * Whether to be called with the present value, too: at start, or as soon as the flag
	 * set is loaded. By default the flag set as it is loaded first is where updates start
	 * from, and is no update itself.
	 * @return whether to be called with the present value
	 */
	boolean initial() default false;

	/**
	 * Whether a method that is slower than the changes may miss values in between, but
	 * never the last. With {@code false} it is given each change, and those that wait are
	 * kept in memory without a limit.
	 * @return whether changes that wait are merged into one
	 */
	boolean conflate() default true;

}
