"""Ingest's tables in the shared store, as the migrations make them."""

from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, Text

from services.runtime.adapters.sql_types import Json, UtcMoment

metadata = MetaData()

article_revisions = Table(
    "article_revisions",
    metadata,
    Column("article_id", String(64), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("fetched_at", UtcMoment, nullable=False),
    Column("revised_at", UtcMoment, nullable=True),
    Column("published", Boolean, nullable=False),
)
"""The latest revision of each article."""

feeds = Table(
    "feeds",
    metadata,
    Column("url", String(2048), primary_key=True),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("seen", Json, nullable=False),
    Column("fetched_at", UtcMoment, nullable=False),
)
"""The last complete look at each feed; `seen` lists the keys of its items then."""
