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

package io.realtimepush.protocol;

import java.util.List;
import java.util.Map;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;

/**
 * A message from client to server. What is optional on the wire is nullable here. Lengths
 * and values have been checked when a message exists.
 *
 * @since 0.1.0
 */
public sealed interface ClientMessage {

	/**
	 * The login of a connection without a credential in its request.
	 *
	 * @param key SDK key or access token
	 * @param options the wishes for the first subscription
	 * @param heartbeat wished heartbeat interval in milliseconds
	 * @param client who is there
	 */
	record Hello(String key, Options options, @Nullable Long heartbeat,
			@Nullable ClientInfo client) implements ClientMessage {
	}

	/**
	 * One more flag set over the same connection.
	 *
	 * @param sub the name that everything about it carries
	 * @param key SDK key or access token
	 * @param options the wishes for this subscription
	 */
	record Subscribe(String sub, String key, Options options) implements ClientMessage {
	}

	/**
	 * Ends a further subscription.
	 *
	 * @param sub its name
	 */
	record Unsubscribe(String sub) implements ClientMessage {
	}

	/**
	 * The client has missed something.
	 *
	 * @param position where it is, or {@code null} for a snapshot
	 * @param sub the further subscription
	 */
	record Resync(@Nullable FlagPosition position, @Nullable String sub) implements ClientMessage {
	}

	/**
	 * The client's handlers ran.
	 *
	 * @param position the position they ran for, and for all before it
	 * @param applied whether they succeeded
	 * @param took how long they took, in milliseconds
	 * @param error what failed
	 * @param sub the further subscription
	 * @param clients how many clients it stands for: more than one if a relay sends it
	 */
	record Ack(FlagPosition position, boolean applied, @Nullable Long took, @Nullable String error,
			@Nullable String sub, int clients) implements ClientMessage {

		/**
		 * Most clients that one acknowledgement stands for.
		 */
		public static final int MAX_CLIENTS = 1_000_000;

		/**
		 * Create an acknowledgement of one client.
		 * @param position the position the handlers ran for
		 * @param applied whether they succeeded
		 * @param took how long they took, in milliseconds
		 * @param error what failed
		 * @param sub the further subscription
		 */
		public Ack(FlagPosition position, boolean applied, @Nullable Long took, @Nullable String error,
				@Nullable String sub) {
			this(position, applied, took, error, sub, 1);
		}

		/**
		 * Return the same for another subscription.
		 * @param sub the further subscription, or {@code null} for the first
		 * @return the acknowledgement
		 */
		public Ack of(@Nullable String sub) {
			return new Ack(this.position, this.applied, this.took, this.error, sub, this.clients);
		}

		/**
		 * Return the same for another number of clients.
		 * @param clients how many clients it stands for
		 * @return the acknowledgement
		 */
		public Ack of(int clients) {
			return new Ack(this.position, this.applied, this.took, this.error, this.sub, clients);
		}

	}

	/**
	 * Calls a method of the server app.
	 *
	 * @param id what the response shall carry
	 * @param method the method
	 * @param payload what the method is given
	 */
	record Request(String id, String method, FlagValue payload) implements ClientMessage {
	}

	/**
	 * Wants the notifications of a method.
	 *
	 * @param method the method
	 */
	record Register(String method) implements ClientMessage {
	}

	/**
	 * Wants the notifications of a method no more.
	 *
	 * @param method the method
	 */
	record Unregister(String method) implements ClientMessage {
	}

	/**
	 * A fresh token for the session.
	 *
	 * @param token the access token
	 */
	record Auth(String token) implements ClientMessage {
	}

	/**
	 * Asks for a {@code pong}.
	 *
	 * @param t what the pong shall carry
	 */
	record Ping(FlagValue t) implements ClientMessage {
	}

	/**
	 * A message of a type that this server does not know.
	 *
	 * @param type the type, cut short
	 */
	record Unknown(String type) implements ClientMessage {
	}

	/**
	 * Wishes for a subscription.
	 *
	 * @param position the last position the client has applied
	 * @param mode what to send when the flag set changes
	 * @param flags flag keys or patterns the client wants
	 * @param user whom toggles are evaluated for, as JSON or as Base64 of it
	 */
	record Options(@Nullable FlagPosition position, @Nullable SyncMode mode, @Nullable List<String> flags,
			@Nullable String user) {

		/**
		 * No wishes at all.
		 */
		public static final Options NONE = new Options(null, null, null);

		/**
		 * Create wishes that name no user.
		 * @param position the last position the client has applied
		 * @param mode what to send when the flag set changes
		 * @param flags flag keys or patterns the client wants
		 */
		public Options(@Nullable FlagPosition position, @Nullable SyncMode mode, @Nullable List<String> flags) {
			this(position, mode, flags, null);
		}

		/**
		 * Return the wishes that outlast the login.
		 * @return the same without a position, {@link #NONE} if that is all
		 */
		public Options withoutPosition() {
			boolean none = this.mode == null && this.flags == null && this.user == null;
			return none ? NONE : new Options(null, this.mode, this.flags, this.user);
		}

		/**
		 * Return the same wishes for another position and mode.
		 * @param present the last position the client has applied
		 * @param other what to send when the flag set changes
		 * @return wishes for the same flags and user
		 */
		public Options at(@Nullable FlagPosition present, @Nullable SyncMode other) {
			return new Options(present, other, this.flags, this.user);
		}

		/**
		 * Leave out the user, which is personal.
		 */
		@Override
		public String toString() {
			return "Options[position=" + this.position + ", mode=" + this.mode + ", flags=" + this.flags + "]";
		}

	}

	/**
	 * Who a client says it is.
	 *
	 * @param instance random name of the client's process
	 * @param sdk name and version of the client library
	 * @param labels free labels
	 */
	record ClientInfo(@Nullable String instance, @Nullable String sdk, Map<String, String> labels) {

		/**
		 * A client that says nothing about itself.
		 */
		public static final ClientInfo NONE = new ClientInfo(null, null, Map.of());

	}

}
