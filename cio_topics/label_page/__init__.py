"""A local web page on which a person labels items."""
