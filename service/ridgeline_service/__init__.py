"""The REST service: studies in, answers out; it trains nothing."""
