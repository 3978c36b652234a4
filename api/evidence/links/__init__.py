"""Links: which addresses may be called, how they answer, and what their pages say."""
