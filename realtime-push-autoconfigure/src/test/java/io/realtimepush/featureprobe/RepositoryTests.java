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

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for documents as they are read and written, their versions, and reports.
 */
class RepositoryTests {

	private static final FlagSetId SHOP = FlagSetId.of("shop");

	private static final String DOCUMENT = ToggleDocuments.json("""
			{
			  'debugUntilTime': 1700000000000,
			  'segments': { 'beta-1': { 'uniqueId': 'beta-1', 'rules': [] } },
			  'version': 17,
			  'toggles': {
			    'checkout': { 'key': 'checkout', 'variations': [1.10, 1E+400], 'enabled': true, 'unknown': null }
			  },
			  'events': { 'home': { 'type': 'PAGE_VIEW' } },
			  'more': [{}]
			}""");

	private static RepositoryReader.Document read(String json) {
		return RepositoryReader.read(json.getBytes(StandardCharsets.UTF_8));
	}

	private static JsonNode tree(byte[] json) {
		return JsonMapper.shared().readTree(json);
	}

	@Test
	void documentBecomesAFlagForEachToggleAndSegment() {
		RepositoryReader.Document document = read(DOCUMENT);
		assertThat(document.version()).isEqualTo(17);
		assertThat(document.flags().asMap()).containsOnlyKeys("checkout", "$segment/beta-1",
				"$repository/debugUntilTime", "$repository/events");
		assertThat(document.flags().get("checkout").json()).isEqualTo(
				ToggleDocuments.json("{'key':'checkout','variations':[1.10,1E+400],'enabled':true,'unknown':null}"));
	}

	@Test
	void documentPassesThrough() {
		RepositoryReader.Document document = read(DOCUMENT);
		byte[] written = RepositoryWriter.write(ToggleRepository.ofDocuments(document.flags(), 17, null));
		assertThat(read(new String(written, StandardCharsets.UTF_8))).isEqualTo(document);
		assertThat(new String(written, StandardCharsets.UTF_8)).contains("[1.10,1E+400]");
		assertThat(tree(written).path("events").path("home").path("type").asString()).isEqualTo("PAGE_VIEW");
	}

	@Test
	void documentHasAllItsParts() {
		assertThat(
				read("{\"toggles\":{},\"version\":1,\"segments\":null,\"events\":{},\"debugUntilTime\":null}").flags()
					.size())
			.isZero();
		byte[] written = RepositoryWriter.write(ToggleRepository.ofDocuments(FlagSet.empty(), 1, null));
		assertThat(tree(written)).isEqualTo(JsonMapper.shared()
			.readTree("{\"version\":1,\"debugUntilTime\":null,\"segments\":{},\"toggles\":{},\"events\":{}}"));
		assertThat(tree(RepositoryWriter.empty()).path("version").asInt()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "{", "{}", "{'toggles':{}}", "{'toggles':[],'version':1}", "{'version':1}",
			"{'toggles':{},'version':'1'}", "{'toggles':{},'version':1.5}", "{'toggles':{},'version':-1}",
			"{'toggles':{},'version':9007199254740992}", "{'toggles':{},'version':99999999999999999999}",
			"{'toggles':{'$segment/x':{}},'version':1}", "{'toggles':{'$repository/events':{}},'version':1}",
			"{'toggles':{'':{}},'version':1}", "{'toggles':{},'segments':7,'version':1}" })
	void whatIsNoDocumentIsRefused(String json) {
		assertThatIllegalArgumentException().isThrownBy(() -> read(ToggleDocuments.json(json)));
	}

	@Test
	void valuesAreShownAsTogglesThatAreAlwaysOn() {
		Map<String, FlagValue> flags = new LinkedHashMap<>();
		flags.put("a \"b\"", FlagValue.of("x"));
		flags.put("number", FlagValue.ofJson("1.10"));
		flags.put("object", FlagValue.ofJson("{\"enabled\":false,\"forClient\":false}"));
		flags.put("$segment/x", FlagValue.TRUE);
		ToggleRepository repository = ToggleRepository.ofValues(FlagSet.of(flags), 9);
		JsonNode toggles = tree(RepositoryWriter.write(repository)).path("toggles");
		assertThat(toggles.propertyNames()).containsExactlyElementsOf(flags.keySet());
		assertThat(toggles.path("a \"b\"")).isEqualTo(JsonMapper.shared()
			.readTree(ToggleDocuments.json("{'key':'a \\'b\\'','enabled':true,'forClient':true,"
					+ "'trackAccessEvents':false,'version':9,'disabledServe':{'select':0},'defaultServe':{'select':0},"
					+ "'rules':[],'variations':['x'],'prerequisites':[]}")));
		assertThat(repository.evaluate(FlagUser.of("u"), (key) -> true, 0)).allSatisfy((key, evaluation) -> {
			assertThat(evaluation.value()).isEqualTo(flags.get(key));
			assertThat(evaluation.variationIndex()).isZero();
		}).hasSameSizeAs(flags);
	}

	@Test
	void evaluatedTogglesHaveTheFieldsThatSdksNeed() {
		ToggleRepository repository = new ToggleDocuments()
			.toggle("plain", "trackAccessEvents", "null", "variations", "[0,{'a':1.10}]")
			.toggle("tracked", "trackAccessEvents", "true", "lastModified", "1700000000000", "rules",
					"[{'serve':{'select':2},'conditions':[]}]")
			.put(ToggleRepository.DEBUG_UNTIL_TIME, "1800000000000")
			.repository();
		String json = new String(RepositoryWriter.writeFor(repository, FlagUser.of("u"), (key) -> true, 0),
				StandardCharsets.UTF_8);
		assertThat(json).isEqualTo(ToggleDocuments.json("{'plain':{'value':{'a':1.10},'ruleIndex':null,"
				+ "'variationIndex':1,'version':5,'reason':'default.','trackAccessEvents':false,'lastModified':null,"
				+ "'debugUntilTime':1800000000000},'tracked':{'value':'other','ruleIndex':0,'variationIndex':2,"
				+ "'version':5,'reason':'rule 0','trackAccessEvents':true,'lastModified':1700000000000,"
				+ "'debugUntilTime':1800000000000}}"));
	}

	@Test
	void definitionsOfEventsAreAnObject() {
		assertThat(RepositoryWriter.writeEvents(new ToggleDocuments().repository())).asString().isEqualTo("{}");
		assertThat(RepositoryWriter.writeEvents(new ToggleDocuments().put("$repository/events", "7").repository()))
			.asString()
			.isEqualTo("{}");
		assertThat(RepositoryWriter
			.writeEvents(new ToggleDocuments().put("$repository/events", "{'home':{}}").repository())).asString()
			.isEqualTo("{\"home\":{}}");
	}

	@Test
	void lastingVersionsAreThoseOfTheSource() {
		DocumentVersions versions = new DocumentVersions(true, 1_700_000_000_000L);
		assertThat(versions.of(SHOP, new FlagPosition("a", 0))).isEqualTo(1);
		assertThat(versions.of(SHOP, new FlagPosition("a", 17))).isEqualTo(17);
		assertThat(versions.of(SHOP, new FlagPosition("a", 17))).isEqualTo(17);
		assertThat(versions.of(FlagSetId.of("other"), new FlagPosition("a", 3))).isEqualTo(3);
	}

	@Test
	void versionsGrowFromZeroOn() {
		DocumentVersions versions = new DocumentVersions(true, 0);
		for (int i = 0; i < 3; i++) {
			assertThat(versions.of(SHOP, new FlagPosition("a", i))).isEqualTo(i + 1);
			assertThat(versions.of(SHOP, new FlagPosition("a", i))).isEqualTo(i + 1);
		}
		assertThat(versions.of(SHOP, new FlagPosition("a", 17))).as("that of the source again").isEqualTo(17);
	}

	@Test
	void versionsGrowOverEpochs() {
		DocumentVersions versions = new DocumentVersions(true, 0);
		assertThat(versions.of(SHOP, new FlagPosition("a", 17))).isEqualTo(17);
		assertThat(versions.of(SHOP, new FlagPosition("b", 12))).isEqualTo(18);
		assertThat(versions.of(SHOP, new FlagPosition("b", 14))).isEqualTo(20);
		assertThat(versions.of(SHOP, new FlagPosition("c", 1_000))).isEqualTo(1_000);
		assertThat(versions.of(SHOP, new FlagPosition("d", 1))).isEqualTo(1_001);
	}

	@Test
	void versionsThatDoNotLastGrowOverRestarts() {
		DocumentVersions before = new DocumentVersions(false, 1_700_000_000_000L);
		before.of(SHOP, new FlagPosition("a", 1));
		long last = before.of(SHOP, new FlagPosition("a", 4_000));
		assertThat(new DocumentVersions(false, 1_700_000_005_000L).of(SHOP, new FlagPosition("b", 1)))
			.isGreaterThan(last);
	}

	@Test
	void batchesOfEventsAreReadAsTheyAre() {
		String batch = ToggleDocuments.json("{'events':[{'kind':'custom','value':1.10},{}],'access':null}");
		assertThat(EventReport.readBatches("[" + batch + ", " + batch + "]")).containsExactly(FlagValue.ofJson(batch),
				FlagValue.ofJson(batch));
		assertThat(EventReport.readBatches(batch)).containsExactly(FlagValue.ofJson(batch));
		assertThat(EventReport.readBatches(" [ ] ")).isEmpty();
		EventReport report = new EventReport(SdkKey.server("k"), SHOP, null,
				List.of(FlagValue.ofJson(batch), FlagValue.ofJson("{}"), FlagValue.ofJson("{\"events\":null}")));
		assertThat(report.events()).isEqualTo(2);
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', value = { "''", "7", "[7]", "[{}", "[{}] 7", "{} {}", "null", "[[]]", "text", "[{},]" })
	void whatIsNoReportIsRefused(String json) {
		assertThatIllegalArgumentException().isThrownBy(() -> EventReport.readBatches(json))
			.withMessageStartingWith("events must be a JSON array of objects");
	}

}
