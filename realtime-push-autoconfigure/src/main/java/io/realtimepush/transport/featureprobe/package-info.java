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

/**
 * The HTTP interface of FeatureProbe's SDKs. Their rules differ from those of the push
 * endpoints: the paths are fixed, every origin is allowed unless told otherwise, an error
 * has an empty body because some SDKs take any JSON for a repository, and an unknown key
 * is answered an empty repository.
 */
@NullMarked
package io.realtimepush.transport.featureprobe;

import org.jspecify.annotations.NullMarked;
