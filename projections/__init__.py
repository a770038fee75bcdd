"""What follows from the log: the answers as of any date."""
