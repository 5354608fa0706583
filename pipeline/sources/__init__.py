"""Where calls come from: one package per kind of source."""
