"""What a scenario would do and where it would hurt, said before anything is sent. Pure."""
