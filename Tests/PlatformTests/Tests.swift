// The tests of Platform.
