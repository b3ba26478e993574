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

package io.realtimepush.transport.servlet;

import java.io.IOException;

import io.realtimepush.transport.http.PushWebHandler;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServletHttpHandlerAdapter;
import org.springframework.util.Assert;
import org.springframework.web.server.adapter.HttpWebHandlerAdapter;

/**
 * Serves the push endpoints in a servlet app, by asynchronous requests and non-blocking
 * I/O: no thread of the container waits for a change. WebSockets are those of the
 * container.
 *
 * @since 0.1.0
 */
public final class PushServlet extends ServletHttpHandlerAdapter {

	/**
	 * Name that the servlet is registered by.
	 */
	public static final String NAME = "pushServlet";

	/**
	 * Create a servlet.
	 * @param basePath the base path, by which the servlet is mapped
	 * @param handler serves what is below the base path
	 */
	public PushServlet(String basePath, PushWebHandler handler) {
		super(withBasePath(basePath, new HttpWebHandlerAdapter(handler)));
	}

	/**
	 * The container decodes and normalizes a path to find this servlet. The adapter
	 * cannot read one that was spelled in another way, and no endpoint has it.
	 */
	@Override
	public void service(ServletRequest request, ServletResponse response) throws ServletException, IOException {
		if (isSpelledAsMapped((HttpServletRequest) request)) {
			super.service(request, response);
		}
		else {
			((HttpServletResponse) response).setStatus(HttpServletResponse.SC_NOT_FOUND);
		}
	}

	private boolean isSpelledAsMapped(HttpServletRequest request) {
		String mapped = request.getContextPath() + getServletPath();
		String path = request.getRequestURI();
		return path.equals(mapped) || path.startsWith(mapped + "/");
	}

	/**
	 * The base path belongs to the path of an endpoint. That of a servlet counts as part
	 * of the context path, by the adapter.
	 */
	private static HttpHandler withBasePath(String basePath, HttpHandler delegate) {
		return (request, response) -> {
			String contextPath = request.getPath().contextPath().value();
			Assert.state(contextPath.endsWith(basePath), () -> "the servlet must be mapped to " + basePath + "/*");
			return delegate.handle(request.mutate()
				.contextPath(contextPath.substring(0, contextPath.length() - basePath.length()))
				.build(), response);
		};
	}

}
