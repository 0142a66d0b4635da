"""From a scenario to a result: one run from start to end, and (above it) many runs for one answer."""
