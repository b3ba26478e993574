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

package io.realtimepush.featureprobe;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagLens;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.FlagView;
import io.realtimepush.hub.RingLimits;
import io.realtimepush.hub.TooManyViewsException;
import io.realtimepush.hub.ViewState;
import io.realtimepush.hub.ViewUpdate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for views behind an evaluation.
 */
class EvaluationLensTests {

	private static final FlagSetId SHOP = FlagSetId.of("shop");

	private static final FlagUser ANNA = new FlagUser("u-1", Map.of("city", "Oslo"));

	private final EvaluationLenses lenses = new EvaluationLenses(
			Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC));

	private final FlagHub hub = new FlagHub(new RingLimits(20, 1_000_000));

	private FlagLens lens(FlagUser user) {
		return this.lenses.lens(SHOP, user, FlagFilter.all());
	}

	private FlagView view(FlagUser user) {
		return this.hub.acquire(SHOP, lens(user), 10);
	}

	private void publish(long version, ToggleDocuments documents) {
		this.hub.publish(new FlagSnapshot(SHOP, new FlagPosition("k7", version), documents.flags()));
	}

	private static FlagSnapshot apply(FlagSnapshot before, ViewUpdate update) {
		return switch (update.kind()) {
			case CURRENT -> before;
			case DELTA, HIDDEN -> before.apply(update.delta());
			case SNAPSHOT, AHEAD -> throw new AssertionError("the ring holds all versions");
		};
	}

	@Test
	void viewHoldsValuesAndNothingElse() {
		FlagView view = view(ANNA);
		publish(1,
				new ToggleDocuments().conditional("t", ToggleDocuments.condition("segment", "", "is in", "oslo"))
					.toggle("hidden", "forClient", "false")
					.toggle("nothing", "defaultServe", "{'select':9}")
					.segment("oslo", ToggleDocuments.condition("string", "city", "is one of", "Oslo"))
					.put(ToggleRepository.EVENTS, "{'a':{}}"));
		assertThat(view.state().snapshot().flags().asMap()).containsOnly(Map.entry("t", FlagValue.of("other")));
		assertThat(view.state().position().epoch()).matches("k7\\.[A-Za-z0-9_-]{8}");
		view.release();
	}

	@Test
	void changeThatTheUserDoesNotSeeIsHiddenWithItsName() {
		FlagView view = view(ANNA);
		ToggleDocuments documents = new ToggleDocuments().toggle("seen").toggle("hidden", "forClient", "false");
		publish(1, documents);
		FlagPosition first = view.state().position();
		publish(2, documents.toggle("hidden", "forClient", "false", "version", "6").toggle("seen", "version", "6"));
		publish(3, documents.toggle("secret", "forClient", "false"));
		ViewUpdate update = view.state().since(first);
		assertThat(update.kind()).isEqualTo(ViewUpdate.Kind.HIDDEN);
		assertThat(update.delta().isEmpty()).isTrue();
		view.release();
	}

	@Test
	void usersDoNotShareAViewAndEqualOnesDo() {
		FlagView anna = view(ANNA);
		FlagView same = view(new FlagUser("u-1", Map.of("city", "Oslo")));
		FlagView other = view(FlagUser.of("u-1"));
		assertThat(same).isSameAs(anna);
		assertThat(other).isNotSameAs(anna);
		assertThat(lens(ANNA).viewEpoch("k7")).isNotEqualTo(lens(FlagUser.of("u-1")).viewEpoch("k7"))
			.isNotEqualTo(this.lenses.lens(SHOP, ANNA, FlagFilter.of(List.of("ui.*"))).viewEpoch("k7"));
	}

	@Test
	void viewsAreBoundedAndReleasedWithTheLastHolder() {
		List<FlagView> views = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			views.add(view(FlagUser.of("u-" + i)));
		}
		views.add(view(FlagUser.of("u-0")));
		assertThatExceptionOfType(TooManyViewsException.class).isThrownBy(() -> view(FlagUser.of("u-10")));
		views.get(0).release();
		assertThatExceptionOfType(TooManyViewsException.class).isThrownBy(() -> view(FlagUser.of("u-10")));
		views.get(10).release();
		assertThat(view(FlagUser.of("u-10"))).isNotNull();
		assertThat(this.hub.acquire(SHOP, FlagFilter.all())).as("a view without a lens").isNotNull();
	}

	@Test
	void newEpochIsSeenAnew() {
		FlagView view = view(ANNA);
		publish(7, new ToggleDocuments().toggle("old"));
		FlagPosition before = view.state().position();
		this.hub
			.publish(new FlagSnapshot(SHOP, new FlagPosition("m3", 1), new ToggleDocuments().toggle("new").flags()));
		assertThat(view.state().since(before).kind()).isEqualTo(ViewUpdate.Kind.SNAPSHOT);
		assertThat(view.state().snapshot().flags().asMap()).containsOnlyKeys("new");
	}

	@Property(tries = 200)
	void deltasLeadToWhatIsEvaluatedAnew(@ForAll Random random) {
		// Equal positions mean equal flags, so each history needs a hub of its own
		new EvaluationLensTests().followHistory(random);
	}

	private void followHistory(Random random) {
		List<FlagUser> users = List.of(ANNA, FlagUser.of("u-2"), new FlagUser("u-3", Map.of("city", "Rome")));
		List<FlagView> views = users.stream().map(this::view).toList();
		ToggleDocuments documents = new ToggleDocuments();
		List<List<FlagSnapshot>> seen = new ArrayList<>();
		for (int version = 1; version <= 12; version++) {
			for (int changes = random.nextInt(4); changes >= 0; changes--) {
				change(documents, random);
			}
			publish(version, documents);
			for (int i = 0; i < users.size(); i++) {
				ViewState state = views.get(i).state();
				FlagSet anew = lens(users.get(i))
					.see(new FlagSnapshot(SHOP, new FlagPosition("k7", version), documents.flags()));
				assertThat(state.snapshot().flags()).isEqualTo(anew);
				if (seen.size() <= i) {
					seen.add(new ArrayList<>());
				}
				for (FlagSnapshot before : seen.get(i)) {
					assertThat(apply(before, state.since(before.position()))).isEqualTo(state.snapshot());
				}
				seen.get(i).add(state.snapshot());
			}
		}
		views.forEach(FlagView::release);
	}

	private static void change(ToggleDocuments documents, Random random) {
		String key = "t" + random.nextInt(4);
		switch (random.nextInt(6)) {
			case 0 -> documents.remove(key);
			case 1 -> documents.segment("s" + random.nextInt(2),
					ToggleDocuments.condition("string", "city", "is one of", random.nextBoolean() ? "Oslo" : "Rome"));
			case 2 ->
				documents.segment("s2", ToggleDocuments.condition("segment", "", "is in", "s" + random.nextInt(3)));
			case 3 ->
				documents.conditional(key, ToggleDocuments.condition("segment", "", "is in", "s" + random.nextInt(3)));
			case 4 -> documents.toggle(key, "prerequisites", "[{'key':'t" + random.nextInt(4) + "','value':'other'}]",
					"forClient", String.valueOf(random.nextBoolean()));
			default -> documents.toggle(key, "enabled", String.valueOf(random.nextBoolean()), "forClient",
					String.valueOf(random.nextInt(3) > 0));
		}
	}

}
