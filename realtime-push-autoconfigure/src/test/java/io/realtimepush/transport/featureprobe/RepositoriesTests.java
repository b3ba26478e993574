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

package io.realtimepush.transport.featureprobe;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.realtimepush.featureprobe.DocumentVersions;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.FlagView;
import io.realtimepush.hub.RingLimits;
import io.realtimepush.hub.ViewState;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Repositories}.
 */
class RepositoriesTests {

	private static final FlagSetId SHOP = FlagSetId.of("shop");

	private final FlagHub hub = new FlagHub(RingLimits.DEFAULT);

	private final FlagView view = this.hub.acquire(SHOP, FlagFilter.all());

	private final AtomicLong nanos = new AtomicLong();

	private final Repositories repositories = new Repositories(this.hub, (flagSet) -> false,
			new DocumentVersions(true, 0), this.nanos::get);

	private static FlagSnapshot snapshot(String position, int x) {
		return new FlagSnapshot(SHOP, FlagPosition.parse(position), FlagSet.of(Map.of("x", FlagValue.of(x))));
	}

	private String pull() {
		return pull(this.view.state());
	}

	/** The version of a document, and its value of the flag. */
	private String pull(ViewState state) {
		JsonNode document = JsonMapper.shared().readTree(this.repositories.document(state));
		return document.path("version") + " x=" + document.path("toggles").path("x").path("variations").path(0);
	}

	@Test
	void documentOfAPositionIsSharedByAll() {
		this.hub.publish(snapshot("a:10", 1));
		assertThat(pull()).isEqualTo("10 x=1");
		ViewState before = this.view.state();
		byte[] document = this.repositories.document(before);
		assertThat(this.repositories.document(before)).isSameAs(document);
		this.hub.publish(snapshot("a:12", 2));
		assertThat(pull()).isEqualTo("12 x=2");
		assertThat(pull(before)).isEqualTo("12 x=2");
	}

	@Test
	void pullThatIsUnderWayWhenTheEpochChangesIsGivenTheNewOne() {
		this.hub.publish(snapshot("a:10", 1));
		ViewState before = this.view.state();
		assertThat(pull(before)).isEqualTo("10 x=1");
		this.hub.publish(snapshot("b:3", 2));
		assertThat(pull()).isEqualTo("11 x=2");
		assertThat(pull(before)).isEqualTo("11 x=2");
		assertThat(pull()).isEqualTo("11 x=2");
	}

	@Test
	void flagSetThatGoesBackIsShownUnderAHigherVersion() {
		this.hub.publish(snapshot("a:10", 1));
		ViewState before = this.view.state();
		assertThat(pull()).isEqualTo("10 x=1");
		this.hub.reset(snapshot("a:5", 2));
		assertThat(pull(before)).as("to who was under way").isEqualTo("11 x=2");
		assertThat(pull()).isEqualTo("11 x=2");
		this.hub.publish(snapshot("a:10", 3));
		assertThat(pull()).isEqualTo("16 x=3");
		this.hub.reset(snapshot("a:10", 4));
		assertThat(pull()).isEqualTo("17 x=4");
	}

	@Test
	void flagSetThatGoesBackWhileNobodyAsksIsShownUnderAHigherVersion() {
		this.hub.publish(snapshot("a:10", 1));
		assertThat(pull()).isEqualTo("10 x=1");
		this.hub.reset(snapshot("a:5", 2));
		this.hub.publish(snapshot("a:8", 3));
		assertThat(pull()).isEqualTo("11 x=3");
	}

	@Test
	void whatNobodyAsksForIsForgotten() {
		this.hub.publish(snapshot("a:10", 1));
		FlagView ofFormerPatterns = this.hub.acquire(SHOP, FlagFilter.of(List.of("ui.*")));
		this.repositories.document(ofFormerPatterns.state());
		ofFormerPatterns.release();
		assertThat(pull()).isEqualTo("10 x=1");
		assertThat(this.repositories.size()).isEqualTo(2);
		for (int minute = 0; minute < 10; minute++) {
			this.nanos.addAndGet(Duration.ofSeconds(61).toNanos());
			assertThat(pull()).isEqualTo("10 x=1");
		}
		assertThat(this.repositories.size()).isEqualTo(1);
	}

	@Test
	void whatIsNotWatchedIsForgotten() {
		this.hub.publish(snapshot("a:10", 1));
		assertThat(pull()).isEqualTo("10 x=1");
		this.view.release();
		this.hub.forgetIdle(Duration.ZERO);
		FlagSnapshot other = new FlagSnapshot(FlagSetId.of("other"), FlagPosition.parse("a:1"), FlagSet.empty());
		FlagView another = this.hub.acquire(other.flagSet(), FlagFilter.all());
		this.hub.publish(other);
		this.nanos.addAndGet(Duration.ofSeconds(61).toNanos());
		this.repositories.document(another.state());
		assertThat(this.repositories.size()).isEqualTo(1);
	}

}
