"""Demand -> simulated capacity -> candidate modes -> bill -> a recommendation with its uncertainty. Sends nothing."""
