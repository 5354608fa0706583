"""What people edit while everything runs: schedules and what became of their mails."""
