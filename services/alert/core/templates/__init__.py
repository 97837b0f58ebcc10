"""Templates: common wishes that are filled in without knowing the query language. Expands; stores nothing."""
