"""The site (网页): pages by the user's task; it writes only through actions of the records."""
