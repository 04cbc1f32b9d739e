"""Pages as a browser shows them: what only one can tell."""
