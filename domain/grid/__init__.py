"""The interface with the power company's system: deliveries to it, its events, and what is kept."""
