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

package io.realtimepush.session;

import io.realtimepush.flags.FlagSetId;

/**
 * Says which sessions are meant.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SessionSelector {

	/**
	 * Return whether a session is meant. Must be quick.
	 * @param session the session
	 * @return whether it is one of those
	 */
	boolean matches(SessionInfo session);

	/**
	 * Return the sessions of this selector that also match another one.
	 * @param other the other selector
	 * @return the selector of those that match both
	 */
	default SessionSelector and(SessionSelector other) {
		return (session) -> matches(session) && other.matches(session);
	}

	/**
	 * Return the selector of all sessions.
	 * @return the selector
	 */
	static SessionSelector all() {
		return (session) -> true;
	}

	/**
	 * Return the selector of the sessions that logged in to a flag set.
	 * @param flagSet the flag set
	 * @return the selector
	 */
	static SessionSelector ofFlagSet(FlagSetId flagSet) {
		return (session) -> session.flagSet().equals(flagSet);
	}

	/**
	 * Return the selector of the sessions with a label.
	 * @param name the name of the label
	 * @param value the value of the label
	 * @return the selector
	 */
	static SessionSelector ofLabel(String name, String value) {
		return (session) -> value.equals(session.labels().get(name));
	}

	/**
	 * Return the selector of the session of a client's process.
	 * @param instance the instance
	 * @return the selector
	 */
	static SessionSelector ofInstance(String instance) {
		return (session) -> instance.equals(session.client().instance());
	}

}
