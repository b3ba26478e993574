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

package io.realtimepush.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * On a test class whose app context shall have its flags from the test, without a push
 * server and without a flag source. {@link io.realtimepush.flags.Flags} answers them, and
 * {@link io.realtimepush.annotation.OnFlagUpdate @OnFlagUpdate} methods are called when
 * the test changes them through the {@link TestFlags} bean. Goes with
 * {@code @SpringBootTest}, with test slices, and with a plain {@code @SpringJUnitConfig}.
 * <p>
 * A push client that the app has configured is there, but does not connect. What a push
 * server in the app serves is not touched.
 * <p>
 * Before each test method the flags are set back to what stands here.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureFlags {

	/**
	 * The flags that each test starts with, as {@code key=value}. The value is JSON, or
	 * else plain text.
	 * @return the flags
	 */
	String[] value() default {};

}
