"""Files, configuration, cache and the one door to the analysis: check."""
