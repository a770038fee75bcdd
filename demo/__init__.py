"""The demonstration negotiation that ships with Minutebook: press reports of the Ukraine peace talks, as events."""
