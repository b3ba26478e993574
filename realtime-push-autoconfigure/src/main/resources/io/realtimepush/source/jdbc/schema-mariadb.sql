-- Tables of the JDBC flag source on MariaDB 10.2 and later. May be run again at any time.
-- The collation tells upper from lower case and 'a' from 'a ', as flag keys do.

-- A writer raises the version by UPDATE before it touches a flag, so that the row's lock makes commit order version order.
CREATE TABLE IF NOT EXISTS realtime_push_flag_set (
	name VARCHAR(128) NOT NULL,
	epoch VARCHAR(8) NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- version: the version of the flag set at which the flag changed last. removed: a tombstone, which tells that removal.
CREATE TABLE IF NOT EXISTS realtime_push_flag (
	flag_set VARCHAR(128) NOT NULL,
	flag_key VARCHAR(256) NOT NULL,
	flag_value MEDIUMTEXT NOT NULL,
	version BIGINT NOT NULL,
	removed BOOLEAN NOT NULL,
	PRIMARY KEY (flag_set, flag_key),
	CONSTRAINT realtime_push_flag_version UNIQUE (flag_set, version, flag_key),
	CONSTRAINT realtime_push_flag_of_set FOREIGN KEY (flag_set) REFERENCES realtime_push_flag_set (name) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
