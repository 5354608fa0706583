"""Reports that are mailed by the calendar, each once to each reader."""
