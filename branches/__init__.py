"""Organisations, users, seats and the roster of Party members: who stands where, and since when."""
