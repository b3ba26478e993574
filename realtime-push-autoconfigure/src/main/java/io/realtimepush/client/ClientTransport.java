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

package io.realtimepush.client;

/**
 * Opens connections of one kind to a push server. A transport only translates: what is to
 * be done about what it receives is decided elsewhere.
 *
 * @since 0.1.0
 */
public interface ClientTransport {

	/**
	 * Name of the transport that carries messages both ways over one connection.
	 */
	String WEB_SOCKET = "websocket";

	/**
	 * Name of the transport of server-sent events.
	 */
	String SSE = "sse";

	/**
	 * Name of the transport that asks again and again, and is answered when there is
	 * something.
	 */
	String LONG_POLL = "long-poll";

	/**
	 * Name of the transport of server-sent events over HTTP/3, on a QUIC connection.
	 */
	String SSE_H3 = "sse-h3";

	/**
	 * Name of the long-poll transport over HTTP/3, on a QUIC connection.
	 */
	String LONG_POLL_H3 = "long-poll-h3";

	/**
	 * Name of the last resort: the flag set is asked for every few seconds.
	 */
	String PULL = "pull";

	/**
	 * Return the name of the transport.
	 * @return the name, as in advice of the server
	 */
	String name();

	/**
	 * Open a connection, and log in over it.
	 * @param request where to, and who is there
	 * @param listener is told what happens, {@link TransportListener#closed} last and
	 * exactly once, but nothing within this call
	 * @return the connection
	 */
	TransportConnection open(TransportRequest request, TransportListener listener);

}
