"""The only writes: atomic, keyword-only, with actor and now given; each writes its audit entry in its transaction.

A refusal is an exception (:class:`recruitment.services.base.Refused`), so nothing of the act remains.
"""
