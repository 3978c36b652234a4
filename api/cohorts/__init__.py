"""What all cities show together: who may see it, how they are chosen, what leaves the house."""
