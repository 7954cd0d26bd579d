"""Forms: the 31 steps made by one builder from the table, and the few acts beside them."""
