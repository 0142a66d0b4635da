"""New scenarios: from a shipped one, from a few answers, or from a table that exists. Text out, nothing sent.

Fitting a scenario to a trace lives in `trace`.
"""
