"""The store of results in a browser: a read-only server on loopback, over the pages of `report`."""
