"""What helps somebody write to a customer, and what stands between writing and sending."""
