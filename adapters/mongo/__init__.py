"""MongoDB behind the domain's ports, with the embedded server: the only place that knows the driver."""
