"""The question bank of the tests for secretaries: its content, the draw and the marking. Standard library only."""
