"""Tables of money beside the price lists: rates of exchange and fixed charges."""
