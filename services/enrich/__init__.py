"""Enrich: reads `articles`, extracts actors, quantities and signals, indexes, publishes `articles.enriched`."""
