"""Who and what is known: entries, their files, all their names, and the one pass that finds these in a text."""
