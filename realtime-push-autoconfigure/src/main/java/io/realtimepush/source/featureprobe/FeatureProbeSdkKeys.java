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

package io.realtimepush.source.featureprobe;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.session.InMemorySdkKeyRegistry;
import io.realtimepush.session.SdkKeyDetails;
import io.realtimepush.session.SdkKeyRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * The keys of environments: those of the configuration, and those that the back end
 * tells. An environment that only the back end knows is the flag set that the
 * configuration has given its server key, or else {@code featureprobe/} and the first
 * digits of the hash of that.
 * <p>
 * A key that is not known waits until the back end has been asked once: to a client that
 * is told too early that it has no flags they are gone. Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class FeatureProbeSdkKeys implements SdkKeyRegistry {

	private static final Log logger = LogFactory.getLog(FeatureProbeSdkKeys.class);

	private static final String FLAG_SET_PREFIX = "featureprobe/";

	private static final int HASH_LENGTH = 12;

	private final FeatureProbeBackEnd backEnd;

	private final FeatureProbeFlagSource source;

	private final InMemorySdkKeyRegistry registry;

	/** The keys of the configuration, which the back end does not change. */
	private final Map<SdkKey, SdkKeyDetails> fixed = new LinkedHashMap<>();

	/**
	 * The environments that the source had before, which the back end does not change.
	 */
	private final Set<FlagSetId> fixedFlagSets;

	private final Sinks.Empty<Void> loaded = Sinks.empty();

	private Disposable polling = Disposables.disposed();

	/** The keys that the back end has told; written by the polling stream only. */
	private Set<SdkKey> told = Set.of();

	private Set<FlagSetId> toldFlagSets = Set.of();

	private @Nullable Long version;

	private boolean failing;

	/**
	 * Create the keys.
	 * @param backEnd tells keys
	 * @param source is told of environments; knows those of the configuration already
	 * @param configured the keys of the configuration
	 */
	public FeatureProbeSdkKeys(FeatureProbeBackEnd backEnd, FeatureProbeFlagSource source,
			Collection<SdkKeyDetails> configured) {
		this.backEnd = backEnd;
		this.source = source;
		this.fixedFlagSets = source.flagSets();
		configured.forEach((details) -> this.fixed.put(details.key(), details));
		this.registry = new InMemorySdkKeyRegistry(this.fixed.values());
		if (!backEnd.hasSecrets()) {
			this.loaded.tryEmitEmpty();
		}
	}

	/**
	 * Begin to ask the back end for keys, if it has an address for that.
	 * @param interval the time between two looks
	 * @param timer for the interval
	 */
	public void start(Duration interval, Scheduler timer) {
		if (this.backEnd.hasSecrets()) {
			this.polling = Mono.defer(this::look)
				.repeatWhen((rounds) -> rounds.delayElements(interval, timer))
				.subscribe();
		}
	}

	/**
	 * End what {@link #start} began.
	 */
	public void stop() {
		this.polling.dispose();
	}

	private Mono<Void> look() {
		return this.backEnd.secrets(this.version).doOnNext(this::answered).then().onErrorResume((ex) -> {
			if (!this.failing) {
				logger.warn("the back end does not tell its keys, those known are served on: " + ex.getMessage());
			}
			this.failing = true;
			return Mono.empty();
		});
	}

	private void answered(FeatureProbeBackEnd.Answer answer) {
		if (answer.isOk()) {
			SecretMapping mapping = SecretMapping.read(answer.body());
			take(mapping.serverKeys());
			this.version = mapping.version();
		}
		else if (!answer.isUnchanged()) {
			throw answer.toException();
		}
		if (this.failing) {
			logger.info("the back end tells its keys again");
		}
		this.failing = false;
		this.loaded.tryEmitEmpty();
	}

	private void take(Map<String, String> serverKeys) {
		Map<SdkKey, SdkKeyDetails> wanted = new HashMap<>();
		Set<FlagSetId> flagSets = new HashSet<>();
		serverKeys.forEach((clientText, serverText) -> {
			SdkKey server;
			SdkKey client;
			try {
				server = SdkKey.server(serverText);
				client = SdkKey.client(clientText);
			}
			catch (IllegalArgumentException ex) {
				logger.warn("the back end tells a key that is none, and that is not served: " + ex.getMessage());
				return;
			}
			SdkKeyDetails configured = this.fixed.get(server);
			FlagSetId flagSet = (configured != null) ? configured.flagSet()
					: FlagSetId.of(FLAG_SET_PREFIX + server.sha256().substring(0, HASH_LENGTH));
			if (!this.fixedFlagSets.contains(flagSet) && flagSets.add(flagSet)) {
				this.source.put(flagSet, serverText);
			}
			for (SdkKey key : List.of(server, client)) {
				wanted.put(key, new SdkKeyDetails(key, flagSet, FlagFilter.all(), Set.of()));
			}
		});
		wanted.keySet().removeAll(this.fixed.keySet());
		Map<SdkKey, SdkKeyDetails> present = new HashMap<>();
		this.registry.known().forEach((details) -> present.put(details.key(), details));
		wanted.values().forEach((details) -> {
			if (!details.equals(present.get(details.key()))) {
				this.registry.put(details);
			}
		});
		this.told.stream().filter((key) -> !wanted.containsKey(key)).forEach(this.registry::revoke);
		this.toldFlagSets.stream().filter((flagSet) -> !flagSets.contains(flagSet)).forEach(this.source::remove);
		this.told = Set.copyOf(wanted.keySet());
		this.toldFlagSets = flagSets;
	}

	@Override
	public Mono<SdkKeyDetails> find(String sha256) {
		return this.registry.find(sha256)
			.switchIfEmpty(this.loaded.asMono().then(Mono.defer(() -> this.registry.find(sha256))));
	}

	@Override
	public Flux<SdkKey> changes() {
		return this.registry.changes();
	}

	@Override
	public Collection<SdkKeyDetails> known() {
		return this.registry.known();
	}

}
