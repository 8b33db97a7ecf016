"""The case study of 2019: its claims, and what a corpus says of them."""
