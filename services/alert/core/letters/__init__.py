"""Notifications in words for people: mail and chat. Escapes everything that an article said."""
