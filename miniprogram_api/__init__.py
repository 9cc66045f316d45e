"""The WeChat edge: everything that knows how the mini program's platform speaks."""
