"""Writers of findings and names, one format each."""
