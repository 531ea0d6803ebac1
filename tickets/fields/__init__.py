"""Custom fields: what a house wants to know of its tickets beside what every desk knows."""
