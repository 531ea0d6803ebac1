"""The crowd: as many customers, tickets and messages as one asks for, valid and believable, written in batches."""
