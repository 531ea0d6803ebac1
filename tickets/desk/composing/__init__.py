"""The composer's doors on the desk."""
