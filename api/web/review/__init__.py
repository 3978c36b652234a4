"""What the pages of a review show: made from views of the use cases, in the reader's language."""
