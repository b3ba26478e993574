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

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsOpCode;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import io.realtimepush.client.AddressFamily;
import io.realtimepush.client.ClientEnvironment;
import io.realtimepush.client.ClientSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link HttpsNameResolver}, with name servers on real sockets.
 */
class HttpsNameResolverTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final String HOST = "push.example.com";

	private final NettyClientLoop loop = new NettyClientLoop();

	private final AtomicLong nanoTime = new AtomicLong();

	/** What was asked for, as type and name. */
	private final List<String> questions = new CopyOnWriteArrayList<>();

	private final List<String> otherQuestions = new CopyOnWriteArrayList<>();

	private final Map<DnsRecordType, List<String>> addresses = new ConcurrentHashMap<>();

	private volatile DnsResponseCode code = DnsResponseCode.NOERROR;

	private volatile int status = 200;

	private DisposableServer server;

	@BeforeEach
	void start() {
		this.server = HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.route((routes) -> routes.post("/dns-query", this::answer)
				.post("/slow", (request, response) -> response.send(trickle(), (part) -> true)))
			.bindNow(TIMEOUT);
		this.addresses.put(DnsRecordType.A, List.of("192.0.2.1", "192.0.2.2"));
		this.addresses.put(DnsRecordType.AAAA, List.of("2001:db8:0:0:0:0:0:1"));
	}

	@AfterEach
	void stop() {
		this.server.disposeNow(TIMEOUT);
		this.loop.disposeLater().block(TIMEOUT);
	}

	@Test
	void addressesOfBothFamiliesAreFound() {
		HttpsNameResolver resolver = resolver();
		assertThat(resolve(resolver, HOST, AddressFamily.IPV4_FIRST)).containsExactly("192.0.2.1", "192.0.2.2",
				"2001:db8:0:0:0:0:0:1");
		assertThat(resolve(resolver, HOST, AddressFamily.IPV6_FIRST)).containsExactly("2001:db8:0:0:0:0:0:1",
				"192.0.2.1", "192.0.2.2");
		assertThat(this.questions).containsExactlyInAnyOrder("A " + HOST + ".", "AAAA " + HOST + ".");
		assertThat(this.otherQuestions).isEmpty();
	}

	@Test
	void oneFamilyIsEnough() {
		this.addresses.remove(DnsRecordType.AAAA);
		HttpsNameResolver resolver = resolver();
		assertThat(resolve(resolver, HOST, AddressFamily.ANY)).containsExactly("192.0.2.1", "192.0.2.2");
		assertThat(resolve(resolver, HOST, AddressFamily.ANY)).containsExactly("192.0.2.1", "192.0.2.2");
		assertThat(this.questions).hasSize(2);
	}

	@Test
	void answerIsKeptAsLongAsItSays() {
		HttpsNameResolver resolver = resolver();
		resolve(resolver, HOST, AddressFamily.ANY);
		this.addresses.put(DnsRecordType.A, List.of("192.0.2.3"));
		pass(Duration.ofSeconds(59));
		assertThat(resolve(resolver, HOST, AddressFamily.ANY)).contains("192.0.2.1");
		pass(Duration.ofSeconds(2));
		assertThat(resolve(resolver, HOST, AddressFamily.ANY)).contains("192.0.2.3").doesNotContain("192.0.2.1");
	}

	@Test
	void oldAddressesAreUsedForADayIfNobodyAnswers() {
		HttpsNameResolver resolver = resolver();
		resolve(resolver, HOST, AddressFamily.ANY);
		this.status = 503;
		pass(Duration.ofHours(23));
		assertThat(resolve(resolver, HOST, AddressFamily.ANY)).contains("192.0.2.1");
		assertThat(this.otherQuestions).isEmpty();
		pass(Duration.ofHours(2));
		assertThat(resolve(resolver, HOST, AddressFamily.ANY)).containsExactly("198.51.100.1");
		assertThat(this.otherQuestions).containsExactly(HOST);
	}

	@Test
	void nameThatDoesNotExistIsLookedUpByTheOther() {
		HttpsNameResolver resolver = resolver();
		resolve(resolver, HOST, AddressFamily.ANY);
		pass(Duration.ofMinutes(2));
		this.code = DnsResponseCode.NXDOMAIN;
		assertThat(resolve(resolver, HOST, AddressFamily.ANY)).containsExactly("198.51.100.1");
	}

	@Test
	void nextServerIsAskedWhereOneFails() throws IOException {
		int closed;
		try (ServerSocket socket = new ServerSocket(0)) {
			closed = socket.getLocalPort();
		}
		HttpsNameResolver resolver = resolver(URI.create("http://127.0.0.1:" + closed + "/dns-query"), url());
		assertThat(resolve(resolver, HOST, AddressFamily.ANY)).contains("192.0.2.1");
		assertThat(this.otherQuestions).isEmpty();
	}

	@Test
	void serverThatTakesTooLongIsLeftWhateverItDoes() {
		HttpsNameResolver resolver = resolver(URI.create(url().toString().replace("/dns-query", "/slow")));
		List<InetAddress> found = resolver.resolve(HOST, AddressFamily.ANY)
			.block(ClientSettings.Timeouts.DEFAULT.resolve());
		assertThat(found).containsExactly(address("198.51.100.1"));
	}

	@Test
	void nothingIsAskedPastAProxy() {
		NettyClientEnvironment.Settings defaults = NettyClientEnvironment.Settings.DEFAULT;
		ClientEnvironment environment = NettyClientEnvironment.create(new NettyClientEnvironment.Settings(
				this::resolveOtherwise, List.of(url()), new ProxySettings("proxy.example.com", 8080, null, null),
				defaults.tls(), defaults.connectTimeout(), defaults.maxMessageSize(), defaults.transports(),
				defaults.pullInterval(), defaults.http3Timeout(), defaults.encoding()));
		try {
			assertThat(environment.resolver().resolve(HOST, AddressFamily.ANY).block(TIMEOUT))
				.containsExactly(address("198.51.100.1"));
		}
		finally {
			environment.dispose().block(TIMEOUT);
		}
		assertThat(this.otherQuestions).containsExactly("proxy.example.com");
		assertThat(this.questions).isEmpty();
	}

	@Test
	void answerThatCannotBeReadIsNone() {
		this.code = DnsResponseCode.SERVFAIL;
		assertThat(resolve(resolver(), HOST, AddressFamily.ANY)).containsExactly("198.51.100.1");
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> DnsMessages.answer(HOST, DnsRecordType.A, new byte[] { 1, 2, 3 }));
	}

	@Test
	void addressesAndLocalNamesAreNotAskedFor() {
		HttpsNameResolver resolver = resolver();
		Stream.of("localhost", "192.0.2.9", "2001:db8::9")
			.forEach((host) -> resolve(resolver, host, AddressFamily.ANY));
		assertThat(this.questions).isEmpty();
		assertThat(this.otherQuestions).hasSize(3);
	}

	private URI url() {
		return URI.create("http://127.0.0.1:" + this.server.port() + "/dns-query");
	}

	private HttpsNameResolver resolver() {
		return resolver(url());
	}

	private HttpsNameResolver resolver(URI... servers) {
		return new HttpsNameResolver(this.loop, List.of(servers), this::resolveOtherwise, this.nanoTime::get);
	}

	private Mono<List<InetAddress>> resolveOtherwise(String host, AddressFamily family) {
		this.otherQuestions.add(host);
		return Mono.just(List.of(address("198.51.100.1")));
	}

	/** An answer that is never silent for long, and never ends. */
	private static Flux<ByteBuf> trickle() {
		return Flux.interval(Duration.ofMillis(100)).map((tick) -> Unpooled.wrappedBuffer(new byte[1]));
	}

	private void pass(Duration time) {
		this.nanoTime.addAndGet(time.toNanos());
	}

	private static List<String> resolve(HttpsNameResolver resolver, String host, AddressFamily family) {
		List<InetAddress> found = resolver.resolve(host, family).block(TIMEOUT);
		assertThat(found).isNotNull();
		return found.stream().map(InetAddress::getHostAddress).toList();
	}

	private static InetAddress address(String text) {
		try {
			return InetAddress.getByName(text);
		}
		catch (UnknownHostException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
		assertThat(request.requestHeaders().get("Content-Type")).isEqualTo("application/dns-message");
		return request.receive().aggregate().asByteArray().flatMap((body) -> {
			byte[] answer = answer(body);
			return response.status(this.status)
				.header("Content-Type", "application/dns-message")
				.sendByteArray(Mono.just(answer))
				.then();
		});
	}

	private byte[] answer(byte[] body) {
		EmbeddedChannel in = new EmbeddedChannel(new TcpDnsQueryDecoder());
		in.writeInbound(Unpooled.wrappedBuffer(Unpooled.buffer(Short.BYTES).writeShort(body.length),
				Unpooled.wrappedBuffer(body)));
		DnsQuery query = in.readInbound();
		DnsQuestion question = query.recordAt(DnsSection.QUESTION);
		String name = question.name();
		DnsRecordType type = question.type();
		query.release();
		this.questions.add(type.name() + " " + name);
		DnsResponse response = new DefaultDnsResponse(0, DnsOpCode.QUERY, this.code);
		response.addRecord(DnsSection.QUESTION, new DefaultDnsQuestion(name, type));
		for (String text : this.addresses.getOrDefault(type, List.of())) {
			response.addRecord(DnsSection.ANSWER,
					new DefaultDnsRawRecord(name, type, 60, Unpooled.wrappedBuffer(address(text).getAddress())));
		}
		EmbeddedChannel out = new EmbeddedChannel(new TcpDnsResponseEncoder());
		out.writeOutbound(response);
		ByteBuf message = out.readOutbound();
		byte[] bytes = ByteBufUtil.getBytes(message, Short.BYTES, message.readableBytes() - Short.BYTES);
		message.release();
		return bytes;
	}

}
