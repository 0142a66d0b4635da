"""YAML -> one frozen, validated `Scenario`. Closed schema; every error names file:line, what was found and what fits."""
