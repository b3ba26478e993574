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

package io.realtimepush.transport.longpoll;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.session.Identity;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushLogin;
import io.realtimepush.session.PushRequest;
import io.realtimepush.session.SdkKeyDetails;
import io.realtimepush.session.SessionInfo;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.transport.channel.CodecBypass;
import io.realtimepush.transport.channel.NativeResponse;
import io.realtimepush.transport.channel.VanishedPeers;
import io.realtimepush.transport.http.BodyWriter;
import io.realtimepush.transport.http.JsonFormat;
import io.realtimepush.transport.http.PushEndpoint;
import io.realtimepush.transport.http.PushRequestReader;
import io.realtimepush.transport.stream.StreamExecutors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.web.server.ServerWebExchange;

/**
 * Serves polls that wait. A client names its session in a header to stay one session over
 * its polls; each poll is authenticated for itself.
 *
 * @since 0.1.0
 */
public final class LongPollEndpoint implements PushEndpoint {

	private static final String SESSION_HEADER = "Realtime-Push-Session";

	/** Headers that {@link JsonFormat} and the session decide. */
	private static final Set<String> OWN_HEADERS = Set.of("content-type", "content-length", "content-encoding",
			"transfer-encoding", "realtime-push-session");

	private static final long DEFAULT_WAIT = 25_000;

	private static final long MAX_WAIT = 60_000;

	/**
	 * Longest time between two polls of a session: it counts as a connection meanwhile,
	 * so a client must not hold many of them by a wish for rare heartbeats.
	 */
	private static final long MAX_IDLE = 30_000;

	/** How many sessions that ended between two polls are remembered. */
	private static final int MAX_ENDED = 1000;

	private final PushHandler handler;

	private final Broadcaster broadcaster;

	private final StreamExecutors executors;

	private final Scheduler timer;

	private final ConcurrentMap<PollTemplate, PollTemplate> templates = new ConcurrentReferenceHashMap<>(16,
			ConcurrentReferenceHashMap.ReferenceType.WEAK);

	private final Map<String, Entry> sessions = new ConcurrentHashMap<>();

	/** Why sessions ended whose clients have not been told, the last ones. */
	private final Map<String, Ended> ended = Collections.synchronizedMap(new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Ended> eldest) {
			return size() > MAX_ENDED;
		}

	});

	/**
	 * Whether the next sweep is scheduled: there are some only while there are sessions.
	 */
	private final AtomicBoolean sweeping = new AtomicBoolean();

	private volatile boolean running;

	/**
	 * Create the endpoint.
	 * @param handler opens the sessions
	 * @param broadcaster writes to them
	 * @param executors run the connections of servers without event loops
	 * @param timer ends the waits
	 */
	public LongPollEndpoint(PushHandler handler, Broadcaster broadcaster, StreamExecutors executors, Scheduler timer) {
		this.handler = handler;
		this.broadcaster = broadcaster;
		this.executors = executors;
		this.timer = timer;
	}

	/**
	 * Begin to end long waits, and sessions that are no longer polled.
	 */
	public void start() {
		this.running = true;
		sweepSoon();
	}

	/**
	 * End what {@link #start()} began.
	 */
	public void stop() {
		this.running = false;
	}

	@Override
	public String name() {
		return "poll";
	}

	@Override
	public HttpMethod method() {
		return HttpMethod.GET;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		PushRequestReader reader = PushRequestReader.of(exchange.getRequest());
		PushRequest request = reader.read("long-poll");
		Long wished = reader.millis("wait");
		long wait = Math.min((wished != null) ? wished : DEFAULT_WAIT, MAX_WAIT);
		String id = exchange.getRequest().getHeaders().getFirst(SESSION_HEADER);
		Ended over = (id != null) ? this.ended.get(id) : null;
		Mono<Void> answer = (id != null && over != null) ? told(exchange, id, over, request, wait)
				: poll(exchange, known(exchange, id), request, wait);
		return answer.onErrorResume(SessionRejectedException.class, (ex) -> refuse(exchange, ex));
	}

	private Mono<Void> poll(ServerWebExchange exchange, @Nullable Entry known, PushRequest request, long wait) {
		JsonFormat format = JsonFormat.of(exchange.getRequest().getHeaders());
		if (known == null || !known.takes(request, format)) {
			return first(exchange, request, wait);
		}
		return this.handler.identify(request)
			.flatMap((identity) -> known.isOf(identity.details()) ? next(exchange, known, identity, request, wait)
					: first(exchange, request, wait));
	}

	private Mono<Void> told(ServerWebExchange exchange, String id, Ended over, PushRequest request, long wait) {
		return this.handler.identify(request).flatMap((identity) -> {
			if (over.isOf(identity.details()) && this.ended.remove(id, over)) {
				return Mono.error(over.reason());
			}
			return first(exchange, request, wait);
		});
	}

	/** A client that does not name its session stays one on the same connection. */
	private @Nullable Entry known(ServerWebExchange exchange, @Nullable String id) {
		if (id != null) {
			return this.sessions.get(id);
		}
		PollReader reader = CodecBypass.find(exchange.getResponse(), PollReader.class);
		LongPollConnection last = (reader != null) ? reader.connection() : null;
		return (last != null) ? this.sessions.get(last.name()) : null;
	}

	private Mono<Void> first(ServerWebExchange exchange, PushRequest request, long wait) {
		return this.handler.login(request).flatMap((login) -> login.use((own) -> first(exchange, own, request, wait)));
	}

	private Mono<Void> first(ServerWebExchange exchange, PushLogin login, PushRequest request, long wait) {
		Executor executor = executor(exchange, login);
		LongPollConnection connection = new LongPollConnection(login.info().id(), this.broadcaster,
				JsonFormat.of(exchange.getRequest().getHeaders()), executor, this.timer,
				(untold) -> ended(login, untold));
		Mono<ByteBuf> answer = Mono.create((sink) -> executor.execute(() -> {
			connection.begin(new ExchangePoll(sink, executor), wait);
			open(connection, login, request);
		}));
		return answer(exchange, connection, wait, answer);
	}

	/**
	 * Where a poll is answered: on the event loop of its channel, if the server has one.
	 */
	private Executor executor(ServerWebExchange exchange, PushLogin login) {
		Channel channel = NativeResponse.channel(exchange.getResponse());
		if (channel == null) {
			return this.executors.next();
		}
		VanishedPeers.detect(channel, login.heartbeat());
		return channel.eventLoop();
	}

	private void open(LongPollConnection connection, PushLogin login, PushRequest request) {
		this.sessions.put(login.info().id(), new Entry(connection, request, login));
		sweepSoon();
		connection.attach(this.handler.open(login, connection));
	}

	private void ended(PushLogin login, @Nullable SessionRejectedException untold) {
		String id = login.info().id();
		if (untold != null) {
			this.ended.put(id, new Ended(login.info().key(), untold));
		}
		this.sessions.remove(id);
	}

	private Mono<Void> next(ServerWebExchange exchange, Entry entry, Identity identity, PushRequest request,
			long wait) {
		LongPollConnection connection = entry.connection();
		Executor own = executor(exchange, entry.login());
		FlagPosition position = request.options().position();
		Executor executor = connection.executor();
		Mono<ByteBuf> answer = Mono.create((sink) -> {
			Poll poll = new ExchangePoll(sink, own);
			executor.execute(() -> connection.next(poll, identity, position, wait));
		});
		// Between its being found and its being asked the session may have been given up
		return answer(exchange, connection, wait, answer).onErrorResume(SessionRejectedException.class,
				(ex) -> connection.isExpired() ? first(exchange, request, wait) : Mono.error(ex));
	}

	private Mono<Void> answer(ServerWebExchange exchange, LongPollConnection connection, long wait,
			Mono<ByteBuf> answer) {
		String id = connection.name();
		// Asked for while the exchange goes on: behind it there is no way to the channel
		CodecBypass bypass = CodecBypass.of(exchange.getRequest(), exchange.getResponse());
		Mono<Void> served = answer.doOnDiscard(ByteBuf.class, ByteBuf::release)
			.flatMap((body) -> write(exchange, id, body, connection.format()));
		return (bypass != null) ? served.doOnSuccess((done) -> served(exchange, bypass, connection, wait)) : served;
	}

	/** From the next but one poll on, those of the same kind take a shorter way. */
	private void served(ServerWebExchange exchange, CodecBypass bypass, LongPollConnection connection, long wait) {
		byte[] head = answerHead(exchange.getResponse().getHeaders());
		Runnable look = () -> {
			if (bypass.channel().isActive()) {
				bypass.install(PollReader.class, () -> new PollReader(this::shared))
					.served(connection, wait, bypass.uri(), bypass.headers(), head);
			}
		};
		// At once, because the next poll may be there before the next task
		if (bypass.channel().eventLoop().inEventLoop()) {
			look.run();
		}
		else {
			bypass.channel().eventLoop().execute(look);
		}
	}

	private PollTemplate shared(PollTemplate template) {
		PollTemplate present = this.templates.putIfAbsent(template, template);
		return (present != null) ? present : template;
	}

	/** What the head of an answer says, beside the session and what the body is. */
	private static byte[] answerHead(HttpHeaders headers) {
		StringBuilder head = new StringBuilder();
		headers.forEach((name, values) -> {
			if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
				values.forEach((value) -> head.append(name).append(": ").append(value).append("\r\n"));
			}
		});
		return head.toString().getBytes(StandardCharsets.UTF_8);
	}

	private static Mono<Void> write(ServerWebExchange exchange, @Nullable String id, ByteBuf body, JsonFormat format) {
		ServerHttpResponse response = exchange.getResponse();
		HttpHeaders headers = response.getHeaders();
		headers.setContentType(MediaType.APPLICATION_JSON);
		headers.setCacheControl("no-store");
		headers.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
		if (id != null) {
			headers.set(SESSION_HEADER, id);
		}
		format.describe(body, headers);
		return BodyWriter.write(response, body);
	}

	/** A draining server tells a poller as it tells the others. */
	private static Mono<Void> refuse(ServerWebExchange exchange, SessionRejectedException ex) {
		Duration retryAfter = ex.retryAfter();
		if (ex.closeReason() != CloseReason.DRAINING || retryAfter == null) {
			return Mono.error(ex);
		}
		ServerMessage goAway = new ServerMessage.GoAway(ex.closeReason(), retryAfter.toMillis());
		ByteBuf body = JsonFormat.PLAIN.encode(goAway, ByteBufAllocator.DEFAULT);
		body.readerIndex(JsonFormat.bodyIndex(body));
		return write(exchange, null, body, JsonFormat.PLAIN);
	}

	private void sweepSoon() {
		if (this.running && !this.sessions.isEmpty() && this.sweeping.compareAndSet(false, true)) {
			this.timer.schedule(this::sweep, 1, TimeUnit.SECONDS);
		}
	}

	private void sweep() {
		long now = LongPollConnection.now(this.timer);
		try {
			this.sessions.values().forEach((entry) -> {
				entry.connection().endWait(now);
				if (entry.connection().isIdleSince(now - Math.min(entry.login().heartbeat() * 2L, MAX_IDLE))) {
					entry.connection().executor().execute(entry.connection()::expire);
				}
			});
		}
		finally {
			this.sweeping.set(false);
			sweepSoon();
		}
	}

	/**
	 * A session that ended between two polls, as that of another process with the same
	 * instance took its place. To open another one for the next poll would throw that one
	 * out in turn.
	 *
	 * @param key its SDK key
	 * @param reason why it ended
	 */
	private record Ended(SdkKey key, SessionRejectedException reason) {

		boolean isOf(SdkKeyDetails present) {
			return this.key.equals(present.key());
		}

	}

	/**
	 * A session that is polled.
	 *
	 * @param connection its connection
	 * @param first the request that opened it
	 * @param login its login
	 */
	private record Entry(LongPollConnection connection, PushRequest first, PushLogin login) {

		/** Whether a poll asks for what the session was opened for. */
		boolean takes(PushRequest request, JsonFormat format) {
			return this.connection.format() == format
					&& Objects.equals(this.first.options().mode(), request.options().mode())
					&& Objects.equals(this.first.options().flags(), request.options().flags())
					&& Objects.equals(this.first.options().user(), request.options().user());
		}

		boolean isOf(SdkKeyDetails key) {
			SessionInfo info = this.login.info();
			return info.key().equals(key.key());
		}

	}

}
