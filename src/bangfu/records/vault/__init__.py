"""Personal data under lock (个人信息保险箱): fields that are stored encrypted, and their keys.

Whoever reads a row sees what is sealed, never what is in it. Opening a field is an act of its
own: with a right, a written reason and an entry in the log.
"""
