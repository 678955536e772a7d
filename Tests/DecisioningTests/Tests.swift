// The tests of Decisioning.
