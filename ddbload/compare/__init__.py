"""Did it get worse, and can we know? Statistics of runs: effects with intervals, verdicts, noise, trends. Pure."""
