"""Open contracting data (OCDS), read record by record."""
