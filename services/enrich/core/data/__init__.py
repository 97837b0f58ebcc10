"""Data files of the core, our own writing. Nothing is decided here."""
