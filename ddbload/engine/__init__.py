"""Timetable x operations x transport -> recorded outcomes; worker processes, limits, client health."""
