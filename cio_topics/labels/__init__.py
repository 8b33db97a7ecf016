"""Labels: who gave which themes to an item, when, by which codebook."""
