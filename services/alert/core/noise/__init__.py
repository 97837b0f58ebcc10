"""Noise control: whether an alert is sent now, held, gathered for a digest or suppressed. Raises and sends nothing."""
