"""What is recorded and what it means: clocks, histograms per (operation, outcome), objectives, verdicts."""
