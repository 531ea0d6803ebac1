"""The way to systems outside: where our own server may be sent, and one call that goes nowhere else."""
