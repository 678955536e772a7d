// The tests of Web.
