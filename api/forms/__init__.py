"""Forms that teams fill in: written as workbooks and CSV files, and read back in any language."""
