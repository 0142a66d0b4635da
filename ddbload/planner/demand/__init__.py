"""What is asked in time: a month, arrivals in many worlds, the units that they come to, and what they store."""
