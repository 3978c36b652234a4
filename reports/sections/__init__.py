"""The parts of a report, one module each: from an assessment to what the reader is told."""
