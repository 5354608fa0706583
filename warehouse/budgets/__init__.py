"""Budgets: how much people and departments may spend in a day, a week or a month."""
