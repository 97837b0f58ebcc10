"""What can go wrong before a server is up; the message says what to do about it."""


class StackError(Exception):
    """Something this machine lacks, or a server that did not come up. The text is meant for a person."""
