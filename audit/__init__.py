"""The tamper-evident record: append-only, hash-chained, verified. Knows nothing of what it records."""
