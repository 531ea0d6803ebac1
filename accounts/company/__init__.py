"""Signing in with a company’s own accounts: its sign-in service, whether it works, and who is let in from there."""
