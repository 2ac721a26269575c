"""Measurements: how good the retrieval, the grades and the speed are."""
