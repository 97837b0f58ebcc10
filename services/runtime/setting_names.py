"""The names of every setting, without prefix. A test compares them with the settings classes."""

CLIENT_NAMES: frozenset[str] = frozenset(("api_key", "api_url"))
"""Settings of the commands that ask a running Tocsin; no service reads them, and none minds them."""

KNOWN_NAMES: frozenset[str] = frozenset(
    (
        # all services
        "bus_url",
        "http_host",
        "http_port",
        "index_url",
        "log_level",
        "native",
        "retain_days",
        "store_url",
        "topic_partitions",
        "unavailable_s",
        # those with an API
        "bootstrap_key",
        "failed_keys_per_minute",
        "rate_limit_per_minute",
        "require_keys",
        # ingest
        "allow_private_feeds",
        "feeds",
        "poll_every_s",
        # alert
        "allow_private_webhooks",
        "allowed_lateness_s",
        "kibana_data_view",
        "kibana_url",
        "mail_from",
        "preview_articles",
        "preview_s",
        "public_url",
        "send_every_s",
        "send_lease_s",
        "smtp_url",
        # enrich
        "enrich_group",
        "extract_processes",
        "roster",
        "watch_list",
    )
)
"""Settings of the services."""
