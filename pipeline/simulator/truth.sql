-- What really happened, kept apart from the call detail database: for checking what is made of it.
-- Times are UTC, `YYYY-MM-DD HH:MM:SS.mmm`; talk is in milliseconds, empty where nobody answered
-- or the end is unknown.
CREATE TABLE calls (
    call_id TEXT PRIMARY KEY,
    scenario TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT, -- of the last row; empty: some row never closes
    final_at TEXT NOT NULL, -- the end; where there is none, when it is given up
    direction TEXT NOT NULL,
    outcome TEXT NOT NULL,
    answered_by TEXT,
    user TEXT NOT NULL,
    talk_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE legs (
    leg_id TEXT PRIMARY KEY,
    call_id TEXT NOT NULL REFERENCES calls (call_id),
    direction TEXT NOT NULL,
    outcome TEXT NOT NULL,
    answered_by TEXT,
    charged_user TEXT NOT NULL,
    charge_reason TEXT,
    number TEXT,
    gateway TEXT,
    answered_at TEXT,
    talk_ms INTEGER
) WITHOUT ROWID;
CREATE TABLE state (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
