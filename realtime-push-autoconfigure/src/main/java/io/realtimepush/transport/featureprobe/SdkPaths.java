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

package io.realtimepush.transport.featureprobe;

import io.realtimepush.transport.engineio.EngineServer;

import org.springframework.web.server.ServerWebExchange;

/**
 * What is served to SDKs: the HTTP interface and the connections.
 *
 * @param mapping the HTTP interface
 * @param engine the connections
 * @since 0.1.0
 */
public record SdkPaths(FeatureProbeHandlerMapping mapping, EngineServer engine) {

	/**
	 * Return whether a request is for SDKs.
	 * @param exchange the request
	 * @return whether its path is served, slashes in a row counting as one
	 */
	public boolean matches(ServerWebExchange exchange) {
		return this.mapping.matches(exchange)
				|| this.engine.isMountedAt(exchange.getRequest().getPath().pathWithinApplication().value());
	}

}
