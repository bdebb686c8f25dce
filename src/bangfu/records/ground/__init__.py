"""What every record app stands on: the clock, versions, refusals, flows, pages of rows.

Nothing here knows a place, a person or a policy.
"""
