"""The list of calls, and a single one opened."""
