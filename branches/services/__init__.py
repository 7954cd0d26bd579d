"""The only writes to organisations, seats and roster, and the questions that span several rows of them.

Each write is atomic, takes keyword arguments only, is given ``actor`` and ``now``, and appends its audit entry to the
chain of the organisation concerned in the same transaction. A refusal is a ``ValidationError`` and changes nothing.
"""
