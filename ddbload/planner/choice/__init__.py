"""Ways to run a table, what each costs and throttles in every world, which one to take, and why."""
