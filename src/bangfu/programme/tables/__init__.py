"""The tables of a programme folder (数据表): what may lie in it, how it is read and written.

Knows the form of each table; it knows no policy and does not decide anything.
"""
