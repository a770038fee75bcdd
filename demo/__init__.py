"""The demonstration negotiation: press reports of the Ukraine peace talks, as events."""
