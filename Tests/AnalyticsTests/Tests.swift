// The tests of Analytics.
