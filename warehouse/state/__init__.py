"""`state.db`: what people edit while everything runs, in SQLite, which several processes write."""
