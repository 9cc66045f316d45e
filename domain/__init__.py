"""Every business rule of Credit Yuexiu: no input or output, standard library only."""
