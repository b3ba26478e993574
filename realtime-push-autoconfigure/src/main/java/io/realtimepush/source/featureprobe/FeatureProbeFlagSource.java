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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import io.realtimepush.featureprobe.RepositoryFlagSets;
import io.realtimepush.featureprobe.RepositoryReader;
import io.realtimepush.flags.Epochs;
import io.realtimepush.flags.FlagHints;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSetNotFoundException;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagSourceHealth;
import io.realtimepush.flags.SdkKey;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Toggles and segments of a FeatureProbe back end. It is told the version that is here
 * and answers only if it has another one, whose document is kept until the next.
 * Reactions to what can go wrong:
 * <ol>
 * <li>an environment cannot be read: its last document goes on being served, and health
 * tells; others are not affected;</li>
 * <li>none can be read: the look fails;</li>
 * <li>the back end does not know a key: the flag set does not exist;</li>
 * <li>the version went backwards: told as it is, for the watcher to decide.</li>
 * </ol>
 * The version of a flag set is that of its document, so nodes beside each other and
 * restarted ones agree. Safe for use by many threads; nothing blocks.
 *
 * @since 0.1.0
 */
public final class FeatureProbeFlagSource implements FlagSource, FlagSourceHealth, RepositoryFlagSets {

	/** The epoch as long as no version went backwards. */
	private static final String EPOCH = "fp";

	private static final int MAX_CALLS = 8;

	private final FeatureProbeBackEnd backEnd;

	private final Map<FlagSetId, Environment> environments = new ConcurrentHashMap<>();

	private final FlagHints hints = new FlagHints();

	/**
	 * Create a source without environments.
	 * @param backEnd what to ask
	 */
	public FeatureProbeFlagSource(FeatureProbeBackEnd backEnd) {
		this.backEnd = backEnd;
	}

	/**
	 * Add an environment, or give it another key.
	 * @param flagSet the flag set that it is here
	 * @param serverKey its server key in clear text, which the back end has to be shown
	 */
	public void put(FlagSetId flagSet, String serverKey) {
		Environment known = this.environments.get(flagSet);
		if (known == null || !known.serverKey.equals(serverKey)) {
			this.environments.put(flagSet, new Environment(flagSet, serverKey));
			this.hints.hint(flagSet);
		}
	}

	/**
	 * Forget an environment.
	 * @param flagSet the flag set that it is here
	 */
	public void remove(FlagSetId flagSet) {
		this.environments.remove(flagSet);
	}

	/**
	 * Return what there are environments for.
	 * @return the flag sets as they are now
	 */
	Set<FlagSetId> flagSets() {
		return Set.copyOf(this.environments.keySet());
	}

	/**
	 * Have an environment looked at without waiting for the next probe.
	 * @param flagSet the flag set that has probably changed
	 */
	public void refresh(FlagSetId flagSet) {
		this.hints.hint(flagSet);
	}

	/** All that comes from here are toggles and segments, also what is no more. */
	@Override
	public boolean contains(FlagSetId flagSet) {
		return true;
	}

	/** The last document is shown as long as the back end does not answer. */
	@Override
	public boolean canConfirm(FlagSetId flagSet) {
		Environment environment = this.environments.get(flagSet);
		return environment != null && environment.problem == null;
	}

	@Override
	public boolean hasLastingVersions() {
		return true;
	}

	@Override
	public Flux<FlagSetId> hints() {
		return this.hints.asFlux();
	}

	@Override
	public Mono<Map<FlagSetId, FlagPosition>> versions(Set<FlagSetId> flagSets) {
		return Mono.defer(() -> {
			List<Environment> asked = flagSets.stream().map(this.environments::get).filter(Objects::nonNull).toList();
			return Flux.fromIterable(asked)
				.flatMap((environment) -> look(environment).then(Mono.<Throwable>empty()).onErrorResume(Mono::just),
						MAX_CALLS)
				.collectList()
				.flatMap((failures) -> (!failures.isEmpty() && failures.size() == asked.size())
						? Mono.error(failures.get(0)) : Mono.just(positions(flagSets)));
		});
	}

	private Map<FlagSetId, FlagPosition> positions(Set<FlagSetId> flagSets) {
		Map<FlagSetId, FlagPosition> positions = new HashMap<>();
		for (FlagSetId flagSet : flagSets) {
			Environment environment = this.environments.get(flagSet);
			FlagSnapshot snapshot = (environment != null) ? environment.snapshot : null;
			if (snapshot != null) {
				positions.put(flagSet, snapshot.position());
			}
		}
		return positions;
	}

	@Override
	public Mono<FlagSnapshot> fetch(FlagSetId flagSet) {
		return Mono.fromSupplier(() -> this.environments.get(flagSet))
			.flatMap((environment) -> look(environment).then(Mono.fromSupplier(() -> environment.snapshot)))
			.switchIfEmpty(Mono.error(() -> new FlagSetNotFoundException(flagSet)));
	}

	private Mono<Void> look(Environment environment) {
		return Mono.defer(() -> {
			FlagSnapshot known = environment.snapshot;
			return this.backEnd.toggles(environment.serverKey, (known != null) ? known.position().version() : null)
				.doOnNext((answer) -> environment.answered(known, answer));
		}).doOnError(environment::failed).then();
	}

	@Override
	public Mono<FlagPosition> renewEpoch(FlagSetId flagSet, FlagPosition confirmed) {
		return Mono.fromSupplier(() -> {
			Environment environment = this.environments.get(flagSet);
			return (environment != null) ? environment.renew(confirmed) : null;
		});
	}

	@Override
	public Map<String, String> problems() {
		Map<String, String> problems = new TreeMap<>();
		List<Environment> all = new ArrayList<>(this.environments.values());
		all.forEach((environment) -> {
			String problem = environment.problem;
			if (problem != null) {
				problems.put(environment.flagSet.name(), problem);
			}
		});
		return problems;
	}

	/**
	 * An environment and its last document.
	 */
	private static final class Environment {

		private final FlagSetId flagSet;

		private final String serverKey;

		private volatile @Nullable FlagSnapshot snapshot;

		/** Goes on also if there is no snapshot for a while. */
		private String epoch = EPOCH;

		private volatile @Nullable String problem;

		Environment(FlagSetId flagSet, String serverKey) {
			this.flagSet = flagSet;
			this.serverKey = serverKey;
		}

		/** Take an answer, unless another one was taken since the question. */
		synchronized void answered(@Nullable FlagSnapshot asOf, FeatureProbeBackEnd.Answer answer) {
			if (this.snapshot != asOf) {
				return;
			}
			if (answer.isOk()) {
				read(answer.body());
			}
			else if (answer.isUnknown()) {
				this.snapshot = null;
				this.problem = "the back end does not know the server key '" + SdkKey.mask(this.serverKey)
						+ "' (status " + answer.status() + ")";
				return;
			}
			else if (!answer.isUnchanged()) {
				throw answer.toException();
			}
			this.problem = null;
		}

		private void read(byte[] body) {
			RepositoryReader.Document document = RepositoryReader.read(body);
			FlagSnapshot known = this.snapshot;
			if (document.version() == 0 && document.flags().size() == 0) {
				// What FeatureProbe Server answers to a key it does not know
				this.snapshot = null;
				return;
			}
			if (known == null || known.position().version() != document.version()) {
				this.snapshot = new FlagSnapshot(this.flagSet, new FlagPosition(this.epoch, document.version()),
						document.flags());
			}
		}

		void failed(Throwable ex) {
			this.problem = String.valueOf(ex.getMessage());
		}

		/** Nodes that see the same go on under the same epoch. */
		synchronized @Nullable FlagPosition renew(FlagPosition confirmed) {
			FlagSnapshot known = this.snapshot;
			if (known == null || !known.position().equals(confirmed)) {
				return null;
			}
			String version = Long.toString(confirmed.version(), 36);
			String epoch = "r" + version.substring(Math.max(0, version.length() - Epochs.MAX_LENGTH + 1));
			if (epoch.equals(confirmed.epoch())) {
				epoch = Epochs.random();
			}
			this.epoch = epoch;
			FlagPosition renewed = new FlagPosition(epoch, confirmed.version());
			this.snapshot = new FlagSnapshot(this.flagSet, renewed, known.flags());
			return renewed;
		}

	}

}
