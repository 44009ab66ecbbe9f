"""The revisions, one a file: its number and what it does."""
