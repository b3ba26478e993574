-- Tables of the JDBC flag source on PostgreSQL 11 and later. May be run again at any time.

-- Nodes that start at once create the tables one after the other, if this runs in one transaction.
SELECT pg_advisory_xact_lock(7253019046283);

-- A writer raises the version by UPDATE before it touches a flag, so that the row's lock makes commit order version order.
CREATE TABLE IF NOT EXISTS realtime_push_flag_set (
	name VARCHAR(128) NOT NULL,
	epoch VARCHAR(8) NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (name)
);

-- version: the version of the flag set at which the flag changed last. removed: a tombstone, which tells that removal.
CREATE TABLE IF NOT EXISTS realtime_push_flag (
	flag_set VARCHAR(128) NOT NULL,
	flag_key VARCHAR(256) NOT NULL,
	flag_value TEXT NOT NULL,
	version BIGINT NOT NULL,
	removed BOOLEAN NOT NULL,
	PRIMARY KEY (flag_set, flag_key),
	CONSTRAINT realtime_push_flag_version UNIQUE (flag_set, version, flag_key),
	CONSTRAINT realtime_push_flag_of_set FOREIGN KEY (flag_set) REFERENCES realtime_push_flag_set (name) ON DELETE CASCADE
);

-- With the commit of a change, those who listen are told the name of the flag set, whoever wrote it.
-- 'realtime_push' is the channel: realtime-push.source.jdbc.notify.channel.
CREATE OR REPLACE FUNCTION realtime_push_notify() RETURNS trigger LANGUAGE plpgsql AS '
BEGIN
	PERFORM pg_notify(''realtime_push'', NEW.name);
	RETURN NULL;
END';

DO '
BEGIN
	IF NOT EXISTS (SELECT FROM pg_trigger
			WHERE tgrelid = ''realtime_push_flag_set''::regclass AND tgname = ''realtime_push_notify'') THEN
		CREATE TRIGGER realtime_push_notify AFTER INSERT OR UPDATE ON realtime_push_flag_set
			FOR EACH ROW EXECUTE FUNCTION realtime_push_notify();
	END IF;
END';
