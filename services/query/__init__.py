"""The rule language: Kibana Query Language with one meaning in Kibana, the search API, the backtest and live."""
