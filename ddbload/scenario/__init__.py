"""YAML -> one frozen, validated `Scenario`. Closed schema; an error names file:line, what was found and what fits."""
