"""Text formats, and what every format asks of a report before it is drawn: outlines, folds, reasons left out."""
