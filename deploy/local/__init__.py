"""A real Kafka, Elasticsearch and PostgreSQL on this machine, without Docker and without root."""
