"""Help (帮助): the how-tos of the docs as pages, in both languages."""
