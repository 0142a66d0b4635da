"""The run record on disk: what a run is, writing it atomically, reading it back."""
