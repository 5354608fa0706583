"""What the pages that administer show and do."""
