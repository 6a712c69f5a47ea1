"""Code locations of the tests: each module is one. The images differ in VERSION alone."""
