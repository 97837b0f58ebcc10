"""Alert: reads `articles.enriched`, matches subscriptions, notifies; HTTP API of subscriptions, alerts, search."""
