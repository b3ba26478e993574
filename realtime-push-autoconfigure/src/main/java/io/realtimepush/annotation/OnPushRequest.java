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

/**
 * Marks a method of a bean that answers requests of clients.
 * <p>
 * The method may have, in any order, these parameters:
 * <ul>
 * <li>the payload, converted to the type of the parameter as the value of a flag is for
 * {@link OnFlagUpdate}; at most one. A payload that does not fit is answered with
 * {@code bad_payload}
 * <li>{@code SessionInfo}: who calls
 * <li>{@code SdkKey}: the key that the client has logged in with
 * <li>{@link ClientLabel @ClientLabel} {@code String} or {@code Optional<String>}: a
 * label of the client
 * </ul>
 * It returns the payload of the answer: anything that Jackson writes, or a {@code Mono}
 * or {@code CompletionStage} of it; {@code void} and {@code null} answer JSON
 * {@code null}. It is called on a thread that may be blocked, for many clients at the
 * same time. A {@code ClientRequestException} is told to the client with its code;
 * whatever else it throws is logged, and the client is told {@code request_failed}.
 * <p>
 * May be used as a meta-annotation, and is found on inherited and on interface methods.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(HandlerMethodReflectiveProcessor.class)
public @interface OnPushRequest {

	/**
	 * The method that clients call. Each is answered by one method of the app.
	 * @return the name, 1 to 128 characters; may contain <code>${…}</code> placeholders
	 */
	String value();

}
