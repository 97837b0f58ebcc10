"""What Kibana needs before and after its first start."""
