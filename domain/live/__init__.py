"""What just happened, told at once to whoever looks, and in order to whoever comes back."""
