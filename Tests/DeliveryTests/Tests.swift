// The tests of Delivery.
