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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

import io.netty.buffer.Unpooled;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.MessageReader;
import io.realtimepush.protocol.ProtocolViolationException;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.SyncMode;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * What a {@link FakePushServer} serves below its base path.
 */
final class FakeEndpoints {

	private static final String SESSION_HEADER = "Realtime-Push-Session";

	private static final long DEFAULT_HEARTBEAT = 25_000;

	private static final long DEFAULT_WAIT = 25_000;

	/** So that no client misses one, whatever interval it has asked for. */
	private static final long BEAT_SECONDS = 4;

	private static final WebsocketServerSpec WEB_SOCKET = WebsocketServerSpec.builder()
		.protocols("realtime-push.v1")
		.maxFramePayloadLength(64 * 1024 * 1024)
		.build();

	private final FakePushServer owner;

	private final Set<FakeSession> sessions = ConcurrentHashMap.newKeySet();

	private final Map<FakeSession, Set<String>> registered = new ConcurrentHashMap<>();

	private final Map<String, Function<FlagValue, FlagValue>> methods = new ConcurrentHashMap<>();

	/** All of them, also those that a client keeps for later. */
	private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

	private final DisposableServer server;

	private final Disposable heartbeats;

	FakeEndpoints(FakePushServer owner, int port) {
		this.owner = owner;
		this.server = HttpServer.create()
			.host("127.0.0.1")
			.port(port)
			.channelGroup(this.connections)
			.route((routes) -> routes
				.get("/realtime/ws", (request, response) -> serve(request, response, this::upgrade))
				.get("/realtime/sse", (request, response) -> serve(request, response, this::stream))
				.get("/realtime/poll", (request, response) -> serve(request, response, this::poll))
				.get("/realtime/flags", (request, response) -> serve(request, response, answered(this::pull)))
				.post("/realtime/token",
						(request, response) -> serve(request, response,
								answered((call) -> FakeAnswer.of(CloseReason.NOT_FOUND))))
				.post("/realtime/ack", (request, response) -> serve(request, response, answered(this::acknowledge)))
				.post("/realtime/request", (request, response) -> serve(request, response, answered(this::request))))
			.bindNow(FakePushServer.TIMEOUT);
		this.heartbeats = Schedulers.parallel()
			.schedulePeriodically(owner.flags()::beat, BEAT_SECONDS, BEAT_SECONDS, TimeUnit.SECONDS);
	}

	int port() {
		return this.server.port();
	}

	Collection<FakeSession> sessions() {
		return this.sessions;
	}

	void onRequest(String method, Function<FlagValue, FlagValue> handler) {
		this.methods.put(method, handler);
	}

	void sendAway(Duration retryAfter) {
		this.sessions
			.forEach((session) -> session.send(new ServerMessage.GoAway(CloseReason.DRAINING, retryAfter.toMillis())));
	}

	int notifyClients(String method, FlagValue payload) {
		int count = 0;
		for (Map.Entry<FakeSession, Set<String>> entry : this.registered.entrySet()) {
			if (entry.getValue().contains(method)) {
				entry.getKey().send(new ServerMessage.Notification(method, payload, null));
				count++;
			}
		}
		return count;
	}

	void close() {
		this.heartbeats.dispose();
		this.sessions.forEach(FakeSession::drop);
		this.connections.close();
		this.server.disposeNow(FakePushServer.TIMEOUT);
	}

	// Requests

	private Publisher<Void> serve(HttpServerRequest request, HttpServerResponse response, Endpoint endpoint) {
		Mono<String> body = request.method().name().equals("POST")
				? request.receive().aggregate().asString().defaultIfEmpty("") : Mono.just("");
		return body.flatMap((text) -> {
			FakeCall call = call(request, text);
			FakeAnswer answer = this.owner.answer(call);
			return (answer != null) ? send(response, answer) : Mono.from(endpoint.serve(call, request, response));
		});
	}

	private static FakeCall call(HttpServerRequest request, String body) {
		String authorization = request.requestHeaders().get("Authorization", "");
		return new FakeCall(request.method().name(), request.path().substring("realtime/".length()),
				new QueryStringDecoder(request.uri()).parameters(), authorization.replace("Bearer ", ""),
				request.requestHeaders().get(SESSION_HEADER), body);
	}

	private Endpoint answered(Function<FakeCall, FakeAnswer> answer) {
		return (call, request, response) -> {
			try {
				return send(response, answer.apply(call));
			}
			catch (ProtocolViolationException ex) {
				return send(response, FakeAnswer.of(ex.closeReason()));
			}
		};
	}

	private Mono<Void> send(HttpServerResponse response, FakeAnswer answer) {
		answer.headers().forEach(response::header);
		Duration delay = this.owner.delay();
		Mono<String> body = delay.isZero() ? Mono.just(answer.body()) : Mono.just(answer.body()).delayElement(delay);
		return response.status(answer.status()).sendString(body).then();
	}

	private FakeAnswer pull(FakeCall call) {
		ClientMessage.Options options = options(call);
		FlagFilter filter = (options.flags() != null) ? FlagFilter.of(options.flags()) : FlagFilter.all();
		return FakeAnswer.of(new ServerMessage.Snapshot(this.owner.flags().present().filter(filter), false, null));
	}

	private FakeAnswer acknowledge(FakeCall call) {
		this.owner.acknowledged(MessageReader.readAck(call.body()));
		return new FakeAnswer(202, "");
	}

	private FakeAnswer request(FakeCall call) {
		return FakeAnswer.of(answer(MessageReader.readRequest(call.body())));
	}

	private ServerMessage.Response answer(ClientMessage.Request request) {
		Function<FlagValue, FlagValue> method = this.methods.get(request.method());
		if (method == null) {
			return failed(request, "unknown_method", "nobody answers '" + request.method() + "'");
		}
		try {
			return new ServerMessage.Response(request.id(), method.apply(request.payload()), null);
		}
		catch (RuntimeException ex) {
			return failed(request, "request_failed", ex.toString());
		}
	}

	private static ServerMessage.Response failed(ClientMessage.Request request, String code, String message) {
		return new ServerMessage.Response(request.id(), FlagValue.NULL, new ServerMessage.RequestError(code, message));
	}

	// Sessions

	private Publisher<Void> upgrade(FakeCall call, HttpServerRequest request, HttpServerResponse response) {
		return response.sendWebsocket((in,
				out) -> talk(new FakeSession("websocket", call, this.owner::delay, this.owner::presentFlow), in, out),
				WEB_SOCKET);
	}

	private Publisher<Void> talk(FakeSession session, WebsocketInbound in, WebsocketOutbound out) {
		in.withConnection((connection) -> session.onDrop(connection::dispose));
		Conversation conversation = new Conversation(session);
		in.aggregateFrames()
			.receive()
			.asString()
			.subscribe(conversation::receive, (ex) -> session.gone(), session::gone);
		return out.sendString(session.texts())
			.then(Mono.defer(() -> (session.closeCode() > 0) ? out.sendClose(session.closeCode(), "closed by the test")
					: Mono.<Void>never()));
	}

	private Publisher<Void> stream(FakeCall call, HttpServerRequest request, HttpServerResponse response) {
		FakeSession session = new FakeSession("sse", call, this.owner::delay, this.owner::presentFlow);
		request.withConnection((connection) -> {
			session.onDrop(connection::dispose);
			connection.onDispose(session::gone);
		});
		response.sse().header("Cache-Control", "no-store");
		open(session, (same) -> this.owner.flags().subscribe(same, null, options(call), heartbeat(call)));
		return response.send(session.texts()
			.map((json) -> Unpooled.copiedBuffer("event: message\ndata: " + json + "\n\n", StandardCharsets.UTF_8)),
				(event) -> true);
	}

	private Publisher<Void> poll(FakeCall call, HttpServerRequest request, HttpServerResponse response) {
		FakeSession session = new FakeSession("long-poll", call, this.owner::delay, this.owner::presentFlow);
		request.withConnection((connection) -> {
			session.onDrop(connection::dispose);
			connection.onDispose(session::gone);
		});
		response.header(SESSION_HEADER, (call.session() != null) ? call.session() : "poll-1");
		open(session, (same) -> {
			this.owner.flags().subscribe(same, null, options(call), null);
			String wait = call.option("wait");
			Duration patience = Duration.ofMillis((wait != null) ? Long.parseLong(wait) : DEFAULT_WAIT);
			Mono.delay(patience).takeUntilOther(same.whenGone()).subscribe((end) -> this.owner.flags().beat(same));
		});
		return response.sendString(session.texts().next().doFinally((signal) -> session.gone()));
	}

	private void open(FakeSession session, Consumer<FakeSession> serve) {
		this.sessions.add(session);
		session.whenGone().subscribe(null, null, () -> {
			this.sessions.remove(session);
			this.registered.remove(session);
			this.owner.flags().leave(session);
		});
		this.owner.opened(session);
		Consumer<FakeSession> script = this.owner.script();
		((script != null) ? script : serve).accept(session);
	}

	private static ClientMessage.Options options(FakeCall call) {
		String position = call.option("position");
		String mode = call.option("mode");
		List<String> flags = call.query().get("flags");
		return new ClientMessage.Options((position != null) ? FlagPosition.parse(position) : null,
				(mode != null) ? SyncMode.ofWireName(mode) : null, flags);
	}

	private static long heartbeat(FakeCall call) {
		String wanted = call.option("heartbeat");
		return (wanted != null) ? Long.parseLong(wanted) : DEFAULT_HEARTBEAT;
	}

	/**
	 * Serves a request that was not answered otherwise.
	 */
	private interface Endpoint {

		Publisher<Void> serve(FakeCall call, HttpServerRequest request, HttpServerResponse response);

	}

	/**
	 * What is said over a WebSocket.
	 */
	private final class Conversation {

		private final FakeSession session;

		private boolean scripted;

		Conversation(FakeSession session) {
			this.session = session;
		}

		void receive(String text) {
			try {
				ClientMessage message = this.session.receive(text);
				if (message instanceof ClientMessage.Hello hello) {
					this.scripted = FakeEndpoints.this.owner.script() != null;
					open(this.session, (same) -> greet(hello));
				}
				else if (!this.scripted) {
					serve(message);
				}
			}
			catch (ProtocolViolationException ex) {
				this.session.close(ex.closeReason().closeCode());
			}
		}

		private void greet(ClientMessage.Hello hello) {
			Long wanted = hello.heartbeat();
			flags().subscribe(this.session, null, hello.options(), (wanted != null) ? wanted : DEFAULT_HEARTBEAT);
		}

		private void serve(ClientMessage message) {
			if (message instanceof ClientMessage.Ack ack) {
				FakeEndpoints.this.owner.acknowledged(ack);
			}
			else if (message instanceof ClientMessage.Resync resync) {
				flags().resync(this.session, resync);
			}
			else if (message instanceof ClientMessage.Subscribe subscribe) {
				flags().subscribe(this.session, subscribe.sub(), subscribe.options(), DEFAULT_HEARTBEAT);
			}
			else if (message instanceof ClientMessage.Unsubscribe unsubscribe) {
				flags().unsubscribe(this.session, unsubscribe.sub());
				this.session.send(new ServerMessage.Closed(CloseReason.NORMAL, unsubscribe.sub()));
			}
			else if (message instanceof ClientMessage.Request request) {
				this.session.send(answer(request));
			}
			else if (message instanceof ClientMessage.Register register) {
				FakeEndpoints.this.registered.computeIfAbsent(this.session, (same) -> ConcurrentHashMap.newKeySet())
					.add(register.method());
			}
			else if (message instanceof ClientMessage.Unregister unregister) {
				FakeEndpoints.this.registered.computeIfPresent(this.session, (same, all) -> {
					all.remove(unregister.method());
					return all;
				});
			}
		}

		private FakeFlags flags() {
			return FakeEndpoints.this.owner.flags();
		}

	}

}
