"""DAX before the tables: what its caches answer, which nodes carry it, what it costs and saves."""
