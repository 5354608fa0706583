"""The questions of `tollbook check`: one `.sql` file each, and what its answer means, in words."""
