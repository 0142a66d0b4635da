"""A bank of real runs of one scenario against one server: what noise looks like, kept as summaries."""
