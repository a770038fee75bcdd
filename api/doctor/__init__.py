"""What is wrong with an installation: checks that change nothing, each with its remedy."""
