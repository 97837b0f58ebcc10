"""Rosters of states, people, organisations and regions, and word lists; each file's head names its sources."""
