"""Scenario -> the timetable (when) and the stream of operations (what). Pure; numpy blocks ahead of the hot path."""
