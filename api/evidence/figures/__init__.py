"""Key figures of competition, computed from contracting data."""
