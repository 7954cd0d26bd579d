"""Reads with a fixed number of queries: facts for the rules, boards, queues, timelines and figures."""
