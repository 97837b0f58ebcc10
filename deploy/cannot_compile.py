"""Why the extractor cannot be compiled. Nobody has to do without Tocsin for it."""


class CannotCompile(Exception):
    """What is missing, or what went wrong, in one line."""
