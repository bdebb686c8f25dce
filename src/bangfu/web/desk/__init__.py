"""The desk (工作台): what is due, what waits, who is late; and signing in."""
