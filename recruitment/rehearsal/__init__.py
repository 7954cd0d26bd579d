"""A case played through the real services with dates that a file gives; nothing that it does stays."""
