-- What version 2 adds: what each build was linked of, and what it took. `rest` are the symbols of vmlinux.o that those
-- of its objects do not sum to, as JSON: [[name, letter, size, how many more], …]. `started` is in seconds since 1970,
-- `failure` what the compiler or the linker said ("": it was built), without parts.

CREATE TABLE build (
    id INTEGER PRIMARY KEY,
    origin INTEGER NOT NULL REFERENCES origin,
    config INTEGER NOT NULL REFERENCES text,
    rest INTEGER NOT NULL REFERENCES text,
    started REAL NOT NULL,
    seconds REAL NOT NULL,
    compiled INTEGER NOT NULL,
    jobs INTEGER NOT NULL,
    failure TEXT NOT NULL,
    UNIQUE (origin, config)
) STRICT;

CREATE TABLE part (
    build INTEGER NOT NULL REFERENCES build,
    position INTEGER NOT NULL,
    path INTEGER NOT NULL REFERENCES text,
    weight INTEGER NOT NULL REFERENCES weight,
    PRIMARY KEY (build, position)
) STRICT, WITHOUT ROWID;
