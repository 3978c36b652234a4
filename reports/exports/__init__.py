"""An assessment in the formats of other programs, as plain values: tables, OSCAL, CCCEV, EARL."""
