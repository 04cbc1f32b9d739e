-- What version 4 adds: what came of booting a kernel. `present` and `available` are those of its line "Memory: …",
-- `free` what its init was told, all in bytes; `failure` says why init was not reached ("": it was).

CREATE TABLE boot (
    id INTEGER PRIMARY KEY,
    origin INTEGER NOT NULL REFERENCES origin,
    config INTEGER NOT NULL REFERENCES text,
    machine TEXT NOT NULL,
    failure TEXT NOT NULL,
    present INTEGER,
    available INTEGER,
    free INTEGER NOT NULL,
    UNIQUE (origin, config, machine)
) STRICT;
