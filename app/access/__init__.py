"""Who looks at the pages, what they may see and do, and what they did."""
