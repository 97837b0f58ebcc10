"""Tocsin: news in, notifications out.

Follow one article, one file a step; between the services lies `runtime/deliver.py`, read once::

    1. ingest/api.py               POST /v1/articles     bytes     -> RawItem
       ingest/adapters/*           files, feeds          bytes     -> RawItem
    2. ingest/flow.py              Ingest.accept         RawItem   -> Article, numbered, on topic `articles`
       ingest/core/normalise.py    normalise             RawItem   -> Article                       (pure)
    3. enrich/flow.py              Enrich.enrich_batch   Article   -> index, topic `articles.enriched`
       enrich/core/enrich.py       enrich                Article   -> Document                      (pure)
    4. alert/flow.py               Alerting.alert_batch  Document  -> alerts and outbox rows, one transaction
       query/                      evaluate              rule, Document -> Match                    (pure)
       alert/core/deciding.py      Decider.decide        matches, memory -> plan                    (pure)
    5. alert/sender.py             Sender.run            outbox    -> channels
    6. alert/adapters/webhook.py   WebhookNotifier.send  Alert     -> subscriber

What travels between the services is in `contracts/`, the rule language in `query/`, what every process needs to run in
`runtime/`, the command `tocsin` in `cli/`. `enrich/worker.py` is the edge of Faust, `runtime/consume.py` its twin.
"""

from services.native import install

install()
