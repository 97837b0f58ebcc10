"""Every metric of the system, declared once, so that whoever builds a dashboard reads one file. Decides nothing."""

from prometheus_client import Counter, Gauge, Histogram, Info

_BATCH_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_TO_MINUTES = (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)

MESSAGES = Counter(
    "tocsin_messages_total",
    "Messages that left a stage, each counted once, by how: done, dead, duplicate or late.",
    ["stage", "outcome"],
)
DEAD_LETTERS = Counter(
    "tocsin_dead_letters_total", "Messages put on the dead letters of a topic, by reason.", ["topic", "reason"]
)
UNAVAILABLE = Counter(
    "tocsin_unavailable_total", "Failed tries because a dependency did not answer; each is tried again.", ["dependency"]
)
HANDLE_SECONDS = Histogram(
    "tocsin_handle_seconds", "Seconds from taking a batch to its commit, retries included.", ["stage"],
    buckets=_BATCH_SECONDS,
)  # fmt: skip
BATCH_MESSAGES = Histogram(
    "tocsin_batch_messages", "Messages in a batch.", ["stage"], buckets=(1, 2, 5, 10, 20, 50, 100, 150, 200)
)
CONSUMER_LAG = Gauge("tocsin_consumer_lag_messages", "Messages behind a group's last commit.", ["topic", "group"])

ARTICLES_RECEIVED = Counter(
    "tocsin_articles_received_total",
    "Articles that came in at a door, by what became of them: new, revised, duplicate, republished or refused.",
    ["door", "result"],
)
FEED_FETCHES = Counter("tocsin_feed_fetches_total", "Looks at a feed, by result.", ["result"])

ARRIVAL_TO_INDEXED_SECONDS = Histogram(
    "tocsin_arrival_to_indexed_seconds",
    "Seconds from the arrival of an article's revision at ingest to its acknowledged write into the index.",
    buckets=_TO_MINUTES,
)
FINDINGS = Counter("tocsin_findings_total", "Findings that enrich published, by kind.", ["kind"])

# Labelled, so that a process which has no rules and no outbox exports none of these rather than 0.
RULES_ACTIVE = Gauge("tocsin_rules_active", "Subscriptions that are evaluated.", ["stage"])
RULES_EVALUATED = Counter("tocsin_rules_evaluated_total", "Queries evaluated, after the choice of candidates.")
MATCH_SECONDS = Histogram(
    "tocsin_match_seconds", "Seconds to find what one article matches.",
    buckets=(0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0),
)  # fmt: skip
ALERTS = Counter("tocsin_alerts_total", "Alerts raised, each once, by trigger.", ["trigger"])
ALERT_OUTCOMES = Counter(
    "tocsin_alert_outcomes_total",
    "What became of deliveries to subscribers, by outcome (sent, held, suppressed, cancelled, failed) and cause; "
    "one that is held is counted again when it is sent, its digest in its place.",
    ["outcome", "cause"],
)
OUTBOX_WAITING = Gauge("tocsin_outbox_waiting_rows", "Rows of the outbox that are not yet settled.", ["stage"])
OUTBOX_OLDEST_SECONDS = Gauge(
    "tocsin_outbox_oldest_seconds", "Age of the oldest row that is due and not sent.", ["stage"]
)
DELIVERIES = Counter("tocsin_deliveries_total", "Tries to notify, by channel and result.", ["channel", "result"])
ENDPOINTS_DISABLED = Counter(
    "tocsin_endpoints_disabled_total", "Channels switched off: gone, or failing for 120 hours.", ["channel", "cause"]
)
PUBLISH_TO_NOTIFY_SECONDS = Histogram(
    "tocsin_publish_to_notify_seconds",
    "Seconds from ingest's publishing of an article's revision to the receiver's acceptance of the alert.",
    ["channel"],
    buckets=_TO_MINUTES,
)
ARTICLE_AGE_AT_NOTIFY_SECONDS = Histogram(
    "tocsin_article_age_at_notify_seconds",
    "Seconds from an article's own time of publishing to the receiver's acceptance of the alert.",
    ["channel"],
    buckets=(1.0, 10.0, 60.0, 300.0, 900.0, 1800.0, 3600.0, 7200.0, 21600.0, 86400.0, 604800.0),
)
TICKS_WITHHELD = Counter(
    "tocsin_silence_ticks_withheld_total",
    "Ticks of the clock at which no silence was decided, because articles were still on their way.",
)
BUILD = Info("tocsin_build", "Version of the running code, and whether its extractor is compiled.")
