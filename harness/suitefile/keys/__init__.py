"""The keys a suite may have: types, ranges, what plugins add, and what is said of a wrong one."""
