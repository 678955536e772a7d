// The tests of Domain.
