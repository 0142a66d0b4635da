"""Load generator and capacity planner for Amazon DynamoDB."""

__version__ = "0.1.0"
