"""Places (行政区划): code lists brought into one layout, and written names found in them.

Knows the two code systems and keeps them apart; it does not judge which place is weak.
"""
