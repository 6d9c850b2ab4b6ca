"""Files of conversations, going out and coming in."""
