// The tests of Store.
