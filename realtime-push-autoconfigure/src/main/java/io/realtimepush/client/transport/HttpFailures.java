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

package io.realtimepush.client.transport;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;

import javax.net.ssl.SSLException;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.ssl.NotSslRecordException;
import io.realtimepush.client.ConnectFailedException;
import io.realtimepush.client.ConnectFailure;
import io.realtimepush.client.ConnectFailure.Kind;
import io.realtimepush.protocol.ProtocolViolationException;

/**
 * Says what follows from the failures of the HTTP client.
 */
final class HttpFailures {

	private static final int MAX_CAUSES = 16;

	private HttpFailures() {
	}

	static ConnectFailure of(Throwable ex) {
		if (ex instanceof ConnectFailedException failed) {
			return failed.failure();
		}
		if (ex instanceof WebSocketClientHandshakeException handshake) {
			return ofHandshake(handshake);
		}
		if (ex instanceof ProtocolViolationException) {
			return new ConnectFailure(Kind.BROKEN, "bad_message",
					"the server sent what cannot be read: " + ex.getMessage(), null, ex);
		}
		if (hasCause(ex, CertificateException.class) || hasCause(ex, CertPathBuilderException.class)) {
			return new ConnectFailure(Kind.REFUSED, "certificate",
					"the certificate of the server is not trusted: " + innermost(ex), null, ex);
		}
		if (hasCause(ex, NotSslRecordException.class)) {
			return new ConnectFailure(Kind.UNREACHABLE, "unreachable",
					"the server does not speak TLS there; its URL may have to begin with 'http:'", null, ex);
		}
		boolean unreachable = hasCause(ex, ConnectException.class) || hasCause(ex, UnknownHostException.class)
				|| hasCause(ex, NoRouteToHostException.class) || hasCause(ex, SSLException.class);
		return unreachable ? new ConnectFailure(Kind.UNREACHABLE, "unreachable", innermost(ex), null, ex)
				: new ConnectFailure(Kind.BROKEN, "broken", innermost(ex), null, ex);
	}

	static ConnectFailedException toException(Throwable ex) {
		return (ex instanceof ConnectFailedException failed) ? failed : new ConnectFailedException(of(ex));
	}

	/**
	 * An upgrade that was not answered by one. A push server says in a close frame why it
	 * refuses a client, so mostly this comes from something on the way.
	 */
	private static ConnectFailure ofHandshake(WebSocketClientHandshakeException ex) {
		HttpResponse response = ex.response();
		if (response == null) {
			return new ConnectFailure(Kind.UNFIT, "upgrade_refused", "WebSocket upgrade failed: " + ex.getMessage(),
					null, ex);
		}
		int status = response.status().code();
		String message = "WebSocket upgrade was answered with " + response.status();
		Kind kind = (status == 429) ? Kind.BUSY
				: (status >= 500 || status == 404 || status == 408) ? Kind.BROKEN : Kind.UNFIT;
		return new ConnectFailure(kind, (kind != Kind.UNFIT) ? "http_" + status : "upgrade_refused", message,
				HttpAnswer.retryAfter(response.headers()), null);
	}

	private static boolean hasCause(Throwable ex, Class<? extends Throwable> type) {
		Throwable cause = ex;
		for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
			if (type.isInstance(cause)) {
				return true;
			}
			cause = cause.getCause();
		}
		return false;
	}

	private static String innermost(Throwable ex) {
		Throwable cause = ex;
		for (int i = 0; i < MAX_CAUSES && cause.getCause() != null; i++) {
			cause = cause.getCause();
		}
		String message = cause.getMessage();
		return (message != null) ? message : cause.getClass().getSimpleName();
	}

}
