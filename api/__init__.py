"""The doors: the command line, and what stands behind it. The effects of the project live here."""
