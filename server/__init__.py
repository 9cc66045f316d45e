"""The process: settings, wiring, jobs, command line."""
