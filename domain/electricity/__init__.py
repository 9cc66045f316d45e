"""Applications for electricity (信用办电): report and promise in the place of the title proof."""
