"""One report model; renderers for a terminal, Markdown and JSON; the live view. What is said lives apart from how."""
