"""For whom a person acts: bindings to enterprises, delegations to agents and helpers."""
