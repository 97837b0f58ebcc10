"""Measures extraction against labelled texts with their own scorer. Decides nothing about what is right."""
