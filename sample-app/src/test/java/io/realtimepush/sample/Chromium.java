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

package io.realtimepush.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import org.jspecify.annotations.Nullable;

/**
 * An installed Chromium, driven by Playwright.
 */
final class Chromium implements AutoCloseable {

	private static final Pattern DEV_TOOLS = Pattern.compile("DevTools listening on (ws://\\S+)");

	private final Playwright playwright;

	private final Browser browser;

	private final @Nullable Process process;

	private Chromium(Playwright playwright, Browser browser, @Nullable Process process) {
		this.playwright = playwright;
		this.browser = browser;
		this.process = process;
	}

	/**
	 * Start the browser; nothing is downloaded.
	 * @return the running browser
	 */
	static Chromium start() {
		Playwright playwright = playwright();
		BrowserType.LaunchOptions options = new BrowserType.LaunchOptions().setChromiumSandbox(false)
			.setExecutablePath(ChromiumCondition.executable().orElseThrow());
		return new Chromium(playwright, playwright.chromium().launch(options), null);
	}

	/**
	 * Start the browser as people do, and only watch it. Playwright's own settings keep
	 * every page visible, and what is visible is not put to sleep.
	 * @param directory where the browser keeps its profile
	 * @return the running browser, which has one window
	 * @throws IOException if it cannot be started
	 */
	static Chromium startUntouched(Path directory) throws IOException {
		Process process = new ProcessBuilder(ChromiumCondition.executable().orElseThrow().toString(), "--headless",
				"--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0",
				"--user-data-dir=" + directory.toAbsolutePath(), "about:blank")
			.redirectErrorStream(true)
			.start();
		BufferedReader output = process.inputReader();
		String address = output.lines()
			.map(DEV_TOOLS::matcher)
			.filter(Matcher::find)
			.map((found) -> found.group(1))
			.findFirst()
			.orElseThrow(() -> new IOException("the browser has ended"));
		Thread reader = new Thread(() -> output.lines().forEach((line) -> {
		}), "chromium");
		reader.setDaemon(true);
		reader.start();
		Playwright playwright = playwright();
		return new Chromium(playwright, playwright.chromium()
			.connectOverCDP(address, new BrowserType.ConnectOverCDPOptions().setNoDefaults(true)), process);
	}

	private static Playwright playwright() {
		return Playwright
			.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
	}

	/**
	 * Return the window that the browser has, or a new one, whose pages share nothing
	 * with those of others.
	 * @return the window
	 */
	BrowserContext window() {
		return (this.process != null) ? this.browser.contexts().get(0) : this.browser.newContext();
	}

	Page newPage() {
		return this.browser.newPage();
	}

	@Override
	public void close() {
		this.playwright.close();
		if (this.process != null) {
			this.process.destroy();
			this.process.onExit().join();
		}
	}

}
