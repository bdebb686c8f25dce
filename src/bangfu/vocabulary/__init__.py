"""The words every layer speaks: text in two languages, money, periods, places, clauses, faults.

Imports nothing of ours and knows no policy, no table format and no database.
"""
