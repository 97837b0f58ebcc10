"""What every process needs to run: ports to the outside, the delivery policy, settings, metrics, health."""
