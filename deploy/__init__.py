"""What it takes to run Tocsin; not part of the installed package."""
