"""Tocsin: news in, notifications out."""
