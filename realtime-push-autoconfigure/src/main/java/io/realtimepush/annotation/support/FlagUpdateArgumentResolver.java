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

import java.util.Objects;

import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.support.FlagConversionException;
import io.realtimepush.flags.support.FlagValueConverter;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;

/**
 * Supplies the {@link FlagUpdate} with both values converted.
 * <p>
 * An old value that cannot be converted is left out, or a handler would not hear that a
 * wrong value was put right; that it was wrong has been told when it came.
 */
class FlagUpdateArgumentResolver implements FlagHandlerArgumentResolver {

	private static final Log logger = LogFactory.getLog(FlagUpdateArgumentResolver.class);

	private final FlagValueConverter converter;

	FlagUpdateArgumentResolver(FlagValueConverter converter) {
		this.converter = converter;
	}

	@Override
	public String supported() {
		return "FlagUpdate<T>";
	}

	@Override
	public boolean isPerFlag() {
		return true;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.getParameterType() == FlagUpdate.class;
	}

	@Override
	public @Nullable String findProblem(MethodParameter parameter) {
		return ValueTypes.findProblem(parameter, ResolvableType.forMethodParameter(parameter).getGeneric(),
				this.converter);
	}

	@Override
	public Object resolveArgument(MethodParameter parameter, FlagHandlerInvocation invocation) {
		FlagUpdate<FlagValue> update = Objects.requireNonNull(invocation.update());
		ResolvableType type = ResolvableType.forMethodParameter(parameter).getGeneric();
		Object newValue = this.converter.convert(update.key(), update.position(), update.newValue(), type);
		return new FlagUpdate<>(update.key(), convertOldValue(update, type), newValue, update.position(),
				update.kind());
	}

	private @Nullable Object convertOldValue(FlagUpdate<FlagValue> update, ResolvableType type) {
		try {
			return this.converter.convert(update.key(), update.position(), update.oldValue(), type);
		}
		catch (FlagConversionException ex) {
			logger.debug("old value left out: " + ex.getMessage());
			return this.converter.convert(update.key(), update.position(), null, type);
		}
	}

}
