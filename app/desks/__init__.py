"""Forms and drawers of schedules, alarms and budgets."""
