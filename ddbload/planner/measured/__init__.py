"""A run's folder as the source of units: what was measured goes before what was estimated, and why they differ."""
