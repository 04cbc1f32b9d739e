-- What version 3 adds: for each table a sum over all that stands in it (seals.py), so that a flipped bit is no answer.

CREATE TABLE seal (name TEXT PRIMARY KEY, sum TEXT NOT NULL) STRICT;
