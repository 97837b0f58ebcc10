"""What crosses a service boundary: immutable messages, their topics and the errors they cause. Pure."""
