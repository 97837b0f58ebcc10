"""Triggers: pure decisions (state, observation) -> (state, named verdict)."""
