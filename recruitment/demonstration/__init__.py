"""The demonstration city: real divisions, sample persons, and cases that went through the real services in the past."""
