"""The routes: each parses, calls one operation and returns."""
