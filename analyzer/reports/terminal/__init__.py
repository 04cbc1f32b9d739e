"""Reports as text for a terminal or a mail: phrases, tables and grids that fit the page."""
