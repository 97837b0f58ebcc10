"""Links that an alert carries: the article, this service's own page of it, and the same query in Kibana. Pure text."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from services.contracts.message import iso

AROUND = timedelta(days=1)
"""Kibana opens on the article's time, so much before and after."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where this service and Kibana are, as readers reach them; empty when they cannot."""

    public_url: str = ""
    kibana_url: str = ""
    data_view: str = "articles"

    def of(self, alert_id: str, query: str, url: str, published: datetime) -> dict[str, str]:
        """The links that are known, by what they lead to."""
        links = {"article": url} if url.startswith(("http://", "https://")) else {}
        if self.public_url:
            links["tocsin"] = f"{self.public_url.rstrip('/')}/v1/alerts/{alert_id}"
        if self.kibana_url:
            links["kibana"] = self._kibana(query, published)
        return links

    def _kibana(self, query: str, published: datetime) -> str:
        since, until = iso(published - AROUND), iso(published + AROUND)
        view = f"dataSource:(dataViewId:{_rison(self.data_view)},type:dataView)"
        app = f"({view},query:(language:kuery,query:{_rison(query)}))"
        time = f"(time:(from:{_rison(since)},to:{_rison(until)}))"
        base = self.kibana_url.rstrip("/")
        return f"{base}/app/discover#/?_g={_part(time)}&_a={_part(app)}"


NOWHERE = Links()
"""Only the article's own link."""


def _rison(text: str) -> str:
    """A string in Rison, the notation of Kibana's addresses."""
    return "'" + text.replace("!", "!!").replace("'", "!'") + "'"


def _part(text: str) -> str:
    return quote(text, safe="(),:!'")
