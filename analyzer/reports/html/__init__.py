"""Reports as one page of HTML; the templates and the specifications of drawings lie beside the code."""
