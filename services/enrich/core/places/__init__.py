"""Where: countries, regions, seas and towns, which of many of one name, and what each stands for in its sentence."""
