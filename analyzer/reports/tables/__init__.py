"""Records of a report as tables for other programs: CSV, Parquet, DuckDB."""
