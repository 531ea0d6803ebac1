"""Measurements of the product on the machine at hand: each has a name, fills what it needs and prints figures."""
