"""Who can act: states, people, organisations and armed groups, from a roster of our own writing and the user's."""
