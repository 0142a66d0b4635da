"""Self-contained HTML pages: one file each, with its style, script, charts and data in it, and no network."""
