"""Names alone."""

HTML = Javascript = display = None
