"""How a database gets from one version's tables to the next one's."""
