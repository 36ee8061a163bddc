"""What is wrong with a suite: said, placed, masked, and in the forms programs read."""
