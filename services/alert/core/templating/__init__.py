"""Templates that users write: what they see, and what they may do."""
