// The tests of Templates.
