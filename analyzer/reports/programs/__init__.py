"""Reports for other programs: JSON, SARIF, annotations of a workflow."""
