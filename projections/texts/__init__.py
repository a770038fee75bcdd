"""Two texts compared word by word, here or in a process of its own.

Of the rest of the product only ``projections.words`` and the errors are imported, so that such a
process starts at once and stays small.
"""
