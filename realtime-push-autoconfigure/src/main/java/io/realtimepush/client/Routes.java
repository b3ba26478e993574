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

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/**
 * The ways to the servers: endpoints and transports, each in order of preference, and
 * what is known of those that did not work.
 * <ul>
 * <li>An endpoint that cannot be reached is passed over for a while, if there is another
 * one.</li>
 * <li>A transport that does not get through to an endpoint is passed over there for a
 * while, if there is another one. When none is left they are all tried again: then it was
 * not the transport.</li>
 * <li>A transport over which connections break before they are live is suspected, and at
 * the second time passed over too.</li>
 * </ul>
 * <p>
 * Confined to one thread.
 */
final class Routes {

	private static final int MAX_SUSPICIONS = 2;

	private static final Duration FIRST_ENDPOINT_PENALTY = Duration.ofSeconds(30);

	private static final Duration LONGEST_ENDPOINT_PENALTY = Duration.ofMinutes(10);

	private static final Duration LONGEST_TRANSPORT_PENALTY = Duration.ofHours(1);

	private final List<URI> configuredEndpoints;

	private final Map<String, ClientTransport> transports = new LinkedHashMap<>();

	private final Map<URI, Penalty> endpointPenalties = new LinkedHashMap<>();

	private final Map<Route, Penalty> routePenalties = new LinkedHashMap<>();

	private final Map<Route, Integer> suspicions = new LinkedHashMap<>();

	private final Duration transportPenalty;

	private final RandomGenerator random;

	private List<URI> endpoints;

	private List<ClientTransport> order;

	/**
	 * Create the routes.
	 * @param endpoints the base URLs, the best first
	 * @param transports the transports, the best first
	 * @param transportPenalty how long a transport is passed over at first
	 * @param random varies the times
	 */
	Routes(List<URI> endpoints, List<ClientTransport> transports, Duration transportPenalty, RandomGenerator random) {
		this.configuredEndpoints = List.copyOf(endpoints);
		this.endpoints = this.configuredEndpoints;
		this.order = List.copyOf(transports);
		transports.forEach((transport) -> this.transports.put(transport.name(), transport));
		this.transportPenalty = transportPenalty;
		this.random = random;
	}

	/**
	 * Take the advice of a server. Configured endpoints and transports that it does not
	 * name come after those it does; transports that the client does not have are passed
	 * over.
	 * @param advisedEndpoints base URLs, the best first; empty for no advice
	 * @param advisedTransports names of transports, the best first; empty for no advice
	 * @return whether the order of preference is another one than before
	 */
	boolean advise(List<URI> advisedEndpoints, List<String> advisedTransports) {
		List<URI> formerEndpoints = this.endpoints;
		List<ClientTransport> formerOrder = this.order;
		LinkedHashSet<URI> uris = new LinkedHashSet<>(advisedEndpoints);
		uris.addAll(this.configuredEndpoints);
		this.endpoints = List.copyOf(uris);
		this.endpointPenalties.keySet().retainAll(uris);
		this.routePenalties.keySet().removeIf((route) -> !uris.contains(route.endpoint()));
		this.suspicions.keySet().removeIf((route) -> !uris.contains(route.endpoint()));
		LinkedHashSet<String> names = new LinkedHashSet<>(advisedTransports);
		names.addAll(this.transports.keySet());
		names.retainAll(this.transports.keySet());
		// Whatever the advice, asking again and again is the last resort
		if (names.remove(ClientTransport.PULL)) {
			names.add(ClientTransport.PULL);
		}
		this.order = names.stream().map(this.transports::get).map(Objects::requireNonNull).toList();
		return !this.endpoints.equals(formerEndpoints) || !this.order.equals(formerOrder);
	}

	/**
	 * Return the way to try next.
	 * @param now the time
	 * @return the best that is not passed over
	 */
	Route next(long now) {
		URI endpoint = this.endpoints.stream()
			.min(Comparator.comparingLong((uri) -> endpointPenalty(uri).remaining(now)))
			.orElseThrow();
		Route free = firstFree(endpoint, now);
		if (free != null) {
			return free;
		}
		this.order.forEach((transport) -> {
			Route route = new Route(endpoint, transport);
			routePenalty(route).lift();
			this.suspicions.remove(route);
		});
		return new Route(endpoint, this.order.get(0));
	}

	private @Nullable Route firstFree(URI endpoint, long now) {
		return this.order.stream()
			.map((transport) -> new Route(endpoint, transport))
			.filter((route) -> routePenalty(route).remaining(now) == 0)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Note that an attempt failed before it was live.
	 * @param route the way that was tried
	 * @param step the step that failed
	 * @param failure why
	 * @param now the time
	 * @return whether there is another way that may be tried at once
	 */
	boolean failed(Route route, ConnectStep step, ConnectFailure failure, long now) {
		boolean opened = step == ConnectStep.TRANSPORT || step == ConnectStep.LOGIN;
		switch (failure.kind()) {
			case UNFIT -> {
				routePenalty(route).impose(now);
				return firstFree(route.endpoint(), now) != null;
			}
			case UNREACHABLE -> endpointPenalty(route.endpoint()).impose(now);
			case BUSY -> endpointPenalty(route.endpoint()).impose(now);
			case BROKEN -> {
				endpointPenalty(route.endpoint()).impose(now);
				if (opened && this.suspicions.merge(route, 1, Integer::sum) >= MAX_SUSPICIONS) {
					this.suspicions.remove(route);
					routePenalty(route).impose(now);
				}
			}
			default -> {
			}
		}
		return false;
	}

	/**
	 * Note that a way that was open did not carry what it should.
	 * @param route the way
	 * @param now the time
	 */
	void unfit(Route route, long now) {
		routePenalty(route).impose(now);
	}

	/**
	 * Note that a better way was tried and does not work yet.
	 * @param route the way that was tried
	 * @param present the present way
	 * @param failure why it failed
	 * @param now the time
	 */
	void probeFailed(Route route, Route present, ConnectFailure failure, long now) {
		boolean sameServer = route.endpoint().equals(present.endpoint());
		if (sameServer || failure.kind() == ConnectFailure.Kind.UNFIT) {
			routePenalty(route).impose(now);
		}
		else {
			endpointPenalty(route.endpoint()).impose(now);
		}
	}

	/**
	 * Note that a way works.
	 * @param route the way
	 */
	void succeeded(Route route) {
		endpointPenalty(route.endpoint()).clear();
		routePenalty(route).clear();
		this.suspicions.remove(route);
	}

	/**
	 * Return a better way than the present one, to be tried while that works.
	 * @param present the present way
	 * @param now the time
	 * @return the best that is not passed over, or {@code null} if there is none now
	 */
	@Nullable Route better(Route present, long now) {
		for (Route candidate : betterThan(present)) {
			if (remaining(candidate, now) == 0) {
				return candidate;
			}
		}
		return null;
	}

	/**
	 * Return whether a way is a better one than the present, whatever is known of it.
	 * @param route the way
	 * @param present the present way
	 * @return whether it comes before the present one
	 */
	boolean isBetter(Route route, Route present) {
		return betterThan(present).contains(route);
	}

	/**
	 * Return when there may be a better way than the present one.
	 * @param present the present way
	 * @param now the time
	 * @return the time until then, or {@code null} if the present one is the best
	 */
	@Nullable Duration untilBetter(Route present, long now) {
		return betterThan(present).stream()
			.map((candidate) -> Duration.ofNanos(remaining(candidate, now)))
			.min(Comparator.naturalOrder())
			.orElse(null);
	}

	private long remaining(Route route, long now) {
		return Math.max(endpointPenalty(route.endpoint()).remaining(now), routePenalty(route).remaining(now));
	}

	private Collection<Route> betterThan(Route present) {
		List<Route> better = new ArrayList<>();
		for (URI endpoint : this.endpoints) {
			for (ClientTransport transport : this.order) {
				if (endpoint.equals(present.endpoint()) && transport.name().equals(present.transport().name())) {
					return better;
				}
				if (!transport.name().equals(ClientTransport.PULL)) {
					better.add(new Route(endpoint, transport));
				}
			}
		}
		return better;
	}

	private Penalty endpointPenalty(URI endpoint) {
		return this.endpointPenalties.computeIfAbsent(endpoint,
				(same) -> new Penalty(FIRST_ENDPOINT_PENALTY, LONGEST_ENDPOINT_PENALTY, this.random));
	}

	private Penalty routePenalty(Route route) {
		return this.routePenalties.computeIfAbsent(route,
				(same) -> new Penalty(this.transportPenalty, LONGEST_TRANSPORT_PENALTY, this.random));
	}

}
