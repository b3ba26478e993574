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

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.protocol.MessageWriter;
import io.realtimepush.protocol.ProtocolViolationException;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.ServerMessageReader;
import io.realtimepush.protocol.SubscriptionLookup;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * A file in which the flag sets of a client, and if wanted its access token, outlive the
 * app. Its first line holds a checksum of the others, each of which is the message that
 * brings a client there, behind a hash of the SDK key and patterns that it is for.
 * <p>
 * It is written as a whole beside its place and then moved there, so that there is either
 * the old file or the new one. Only its owner may read it. A damaged file counts as none,
 * and is warned of.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class ClientCacheFile implements FlagCache, TokenStore, AutoCloseable {

	private static final Log logger = LogFactory.getLog(ClientCacheFile.class);

	private static final String HEAD = "realtime-push-cache 1 ";

	private static final String FLAGS = "flags/";

	private static final String TOKEN = "token/";

	/** Of so many users of a subscription the flag set is kept, the last ones. */
	private static final int MAX_USERS = 8;

	private static final FileAttribute<?>[] OWNER_ONLY = FileSystems.getDefault()
		.supportedFileAttributeViews()
		.contains("posix")
				? new FileAttribute<?>[] {
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")) }
				: new FileAttribute<?>[0];

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

	private final Path file;

	private final boolean withToken;

	/** Writes one after another. */
	private final Scheduler.Worker worker;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition allWritten = this.lock.newCondition();

	// Guarded by the lock

	/**
	 * The lines of the file, what stands before the tab and what stands behind it; what
	 * was stored last is the last.
	 */
	private final Map<String, String> lines = new LinkedHashMap<>();

	/** How the lines of this app's subscriptions begin; all others are of former ones. */
	private final Set<String> used = new HashSet<>();

	private boolean scheduled;

	private int unwritten;

	// Touched by the worker

	private boolean failed;

	/**
	 * Open a file, which need not exist.
	 * @param file the file
	 * @param withToken whether to keep the access token too
	 * @param scheduler where it is written; its threads may be blocked
	 */
	public ClientCacheFile(Path file, boolean withToken, Scheduler scheduler) {
		this.file = file.toAbsolutePath();
		this.withToken = withToken;
		this.worker = scheduler.createWorker();
		try {
			read(Files.readString(this.file));
		}
		catch (NoSuchFileException ex) {
			logger.debug("there is no cache file " + this.file + " yet");
		}
		catch (CharacterCodingException ex) {
			logger.warn("cache file " + this.file + " is damaged and not used: it is no text in UTF-8");
		}
		catch (IllegalArgumentException ex) {
			this.lines.clear();
			logger.warn("cache file " + this.file + " is damaged and not used: " + ex.getMessage());
		}
		catch (IOException ex) {
			logger.warn("cache file " + this.file + " cannot be read and is not used", ex);
		}
		if (!withToken) {
			removeTokens();
		}
	}

	private void read(String text) {
		int end = text.indexOf('\n');
		if (end < 0 || !text.startsWith(HEAD)) {
			throw new IllegalArgumentException("it does not begin with '" + HEAD.trim() + "'");
		}
		String rest = text.substring(end + 1);
		if (!text.substring(HEAD.length(), end).equals(SdkKey.sha256(rest))) {
			throw new IllegalArgumentException("its checksum is another");
		}
		for (String line : rest.lines().toList()) {
			int tab = line.indexOf('\t');
			if (tab < 0) {
				throw new IllegalArgumentException("it has a line without a tab");
			}
			this.lines.put(line.substring(0, tab), line.substring(tab + 1));
		}
	}

	/** A token of an earlier run that kept them is not to stay on the disk. */
	private void removeTokens() {
		this.lock.lock();
		try {
			if (this.lines.keySet().removeIf((name) -> name.startsWith(TOKEN))) {
				writeSoon();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public @Nullable FlagSnapshot load(SubscriptionSettings subscription) {
		String line = get(name(subscription));
		if (line == null) {
			return null;
		}
		SubscriptionLookup lookup = (sub) -> new SubscriptionLookup.Subscribed(subscription.flagSet(), null);
		try {
			ServerMessage message = ServerMessageReader.read(line.getBytes(StandardCharsets.UTF_8), lookup);
			return (message instanceof ServerMessage.Snapshot snapshot) ? snapshot.snapshot() : null;
		}
		catch (ProtocolViolationException ex) {
			logger.warn("flag set '" + subscription.flagSet() + "' in cache file " + this.file + " is not used: "
					+ ex.getMessage());
			return null;
		}
	}

	@Override
	public void store(SubscriptionSettings subscription, FlagSnapshot snapshot) {
		byte[] message = MessageWriter.write(new ServerMessage.Snapshot(snapshot, false, null));
		put(name(subscription), new String(message, StandardCharsets.UTF_8));
	}

	private static String name(SubscriptionSettings subscription) {
		ClientUser user = subscription.user();
		return FLAGS + SdkKey.sha256(subscription.sdkKey() + '\n' + String.join("\n", subscription.flags())) + '/'
				+ ((user != null) ? SdkKey.sha256(subscription.sdkKey() + '\n' + user.json()) : "nobody");
	}

	/** What the lines of all users of a subscription begin with. */
	private static String owner(String name) {
		return name.substring(0, name.lastIndexOf('/') + 1);
	}

	@Override
	public @Nullable Stored load(String sdkKey) {
		String line = this.withToken ? get(TOKEN + SdkKey.sha256(sdkKey)) : null;
		if (line == null) {
			return null;
		}
		try {
			int space = line.indexOf(' ');
			Instant expires = Instant.parse(line.substring(0, Math.max(0, space)));
			byte[] grant = line.substring(space + 1).getBytes(StandardCharsets.UTF_8);
			return new Stored(ServerMessageReader.readGrant(grant), expires);
		}
		catch (ProtocolViolationException | DateTimeException ex) {
			logger.warn("access token in cache file " + this.file + " is not used: " + ex.getMessage());
			return null;
		}
	}

	@Override
	public void store(String sdkKey, @Nullable Stored token) {
		if (this.withToken) {
			put(TOKEN + SdkKey.sha256(sdkKey),
					(token != null)
							? token.expires() + " "
									+ new String(MessageWriter.writeGrant(token.grant()), StandardCharsets.UTF_8)
							: null);
		}
	}

	private @Nullable String get(String name) {
		this.lock.lock();
		try {
			this.used.add(owner(name));
			return this.lines.get(name);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void put(String name, @Nullable String value) {
		this.lock.lock();
		try {
			String before = this.lines.remove(name);
			if (value != null) {
				this.lines.put(name, value);
			}
			if (name.startsWith(FLAGS)) {
				tidyUp(owner(name));
			}
			if (!Objects.equals(before, value)) {
				writeSoon();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Else there would be one flag set more for each user that ever was. */
	private void tidyUp(String owner) {
		this.used.add(owner);
		this.lines.keySet().removeIf((name) -> name.startsWith(FLAGS) && !this.used.contains(owner(name)));
		List<String> users = this.lines.keySet().stream().filter((name) -> name.startsWith(owner)).toList();
		users.subList(0, Math.max(0, users.size() - MAX_USERS)).forEach(this.lines::remove);
	}

	private void writeSoon() {
		if (!this.scheduled) {
			this.scheduled = true;
			this.unwritten++;
			this.worker.schedule(this::write);
		}
	}

	private void write() {
		String text;
		this.lock.lock();
		try {
			this.scheduled = false;
			text = text(this.lines);
		}
		finally {
			this.lock.unlock();
		}
		try {
			replace((HEAD + SdkKey.sha256(text) + '\n' + text).getBytes(StandardCharsets.UTF_8));
			this.failed = false;
		}
		catch (IOException ex) {
			String message = "cache file " + this.file + " cannot be written";
			if (this.failed) {
				logger.debug(message, ex);
			}
			else {
				logger.warn(message + ": " + ex);
			}
			this.failed = true;
		}
		finally {
			written();
		}
	}

	private static String text(Map<String, String> lines) {
		StringBuilder text = new StringBuilder();
		lines.forEach((name, value) -> text.append(name).append('\t').append(value).append('\n'));
		return text.toString();
	}

	private void replace(byte[] content) throws IOException {
		Path directory = Objects.requireNonNull(this.file.getParent());
		Files.createDirectories(directory);
		Path fresh = Files.createTempFile(directory, this.file.getFileName().toString(), ".tmp", OWNER_ONLY);
		try {
			try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
				ByteBuffer buffer = ByteBuffer.wrap(content);
				while (buffer.hasRemaining()) {
					channel.write(buffer);
				}
				channel.force(true);
			}
			Files.move(fresh, this.file, StandardCopyOption.ATOMIC_MOVE);
		}
		finally {
			Files.deleteIfExists(fresh);
		}
	}

	private void written() {
		this.lock.lock();
		try {
			this.unwritten--;
			this.allWritten.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait for what is being written, at most 2 s.
	 */
	@Override
	public void close() {
		this.lock.lock();
		try {
			long left = CLOSE_TIMEOUT.toNanos();
			while (this.unwritten > 0 && left > 0) {
				left = this.allWritten.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.lock.unlock();
			this.worker.dispose();
		}
	}

}
