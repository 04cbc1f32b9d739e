-- The ledger, version 1 (PRAGMA user_version). Texts that repeat are kept once. Objects that weigh the same share a
-- weight, since most flips of a symbol recompile an object without changing it.

CREATE TABLE origin (
    id INTEGER PRIMARY KEY,
    tree TEXT NOT NULL,
    arch TEXT NOT NULL,
    compiler TEXT NOT NULL,
    UNIQUE (tree, arch, compiler)
) STRICT;

-- Found by a digest of 16 bytes: an index over the bodies would hold them a second time.
CREATE TABLE text (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, body TEXT NOT NULL) STRICT;

CREATE TABLE weight (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, classes TEXT NOT NULL) STRICT;

CREATE TABLE sized (
    weight INTEGER NOT NULL REFERENCES weight,
    position INTEGER NOT NULL,
    name INTEGER NOT NULL REFERENCES text,
    letter TEXT NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (weight, position)
) STRICT, WITHOUT ROWID;

-- `names` are the symbols that the object depends on, `settings` their values, both one a line and in the same order.
CREATE TABLE observation (
    id INTEGER PRIMARY KEY,
    origin INTEGER NOT NULL REFERENCES origin,
    path INTEGER NOT NULL REFERENCES text,
    flags INTEGER NOT NULL REFERENCES text,
    names INTEGER NOT NULL REFERENCES text,
    settings INTEGER NOT NULL REFERENCES text,
    weight INTEGER NOT NULL REFERENCES weight,
    UNIQUE (origin, path, flags, names, settings)
) STRICT;

CREATE TABLE image (
    id INTEGER PRIMARY KEY,
    origin INTEGER NOT NULL REFERENCES origin,
    config INTEGER NOT NULL REFERENCES text,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    sections TEXT NOT NULL,
    UNIQUE (origin, config, name)
) STRICT;
