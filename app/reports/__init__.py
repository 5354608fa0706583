"""Reports: each one object for screen, command line, file and mail."""
