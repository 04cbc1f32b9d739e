-- What version 5 adds: what came of testing a kernel of a config (`key`: a digest of what it resolves to) by a test
-- (`test`: a digest of what it does). `result` is good, bad, or unbuilt where no kernel came of it; `reason` says why
-- it was not good, `log` is the end of what the test said. `size` are the bytes of vmlinux.o's sections.

CREATE TABLE verdict (
    id INTEGER PRIMARY KEY,
    origin INTEGER NOT NULL REFERENCES origin,
    key TEXT NOT NULL,
    test TEXT NOT NULL,
    result TEXT NOT NULL,
    reason TEXT NOT NULL,
    log TEXT NOT NULL,
    size INTEGER,
    seconds REAL NOT NULL,
    UNIQUE (origin, key, test)
) STRICT;
