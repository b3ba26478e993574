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

package io.realtimepush.benchmarks.load;

import java.util.Collection;
import java.util.function.ToDoubleFunction;

/**
 * The middle of what was measured several times.
 *
 * @since 0.1.0
 */
public final class Median {

	private Median() {
	}

	/**
	 * Return the median of a figure.
	 * @param <T> the type of the measurements
	 * @param measured the measurements
	 * @param figure what is of interest about them
	 * @return the median, or 0 if nothing was measured
	 */
	public static <T> double of(Collection<T> measured, ToDoubleFunction<T> figure) {
		double[] values = measured.stream().mapToDouble(figure).sorted().toArray();
		int middle = values.length / 2;
		if (values.length == 0) {
			return 0;
		}
		return (values.length % 2 == 1) ? values[middle] : (values[middle - 1] + values[middle]) / 2;
	}

}
