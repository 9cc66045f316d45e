"""MongoDB behind the domain's ports, and the embedded server: nothing else knows the driver."""
