"""The case file for travel: one case with its papers and its record, sealed so that it can be trusted elsewhere."""
