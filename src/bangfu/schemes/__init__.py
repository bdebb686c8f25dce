"""Policy as data: the format of a scheme, the loader, the checker and the expression language.

Holds values, clauses and meanings; it never runs the chain.
"""
