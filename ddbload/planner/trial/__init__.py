"""A trial in memory: the calls of a run on items that each call leaves as DynamoDB would, and the units of each."""
