"""What the pages that analyse show."""
