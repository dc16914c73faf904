"""From a frozen declaration to the pages of a PDF, the same bytes for the same declaration."""
