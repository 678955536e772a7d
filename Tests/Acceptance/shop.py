"""What a shop sends, through the Segment library as it comes from PyPI.

shop.py visit                     carts and orders of a few customers
shop.py stream PREFIX STOP RATE   new customers, RATE a second, until the file STOP is there
shop.py track CUSTOMER ORDER      one more order of a customer

Prints what it sent as JSON when the library says that all of it was taken.
"""

import json
import os
import sys
import time

from segment.analytics.client import Client

errors = []
client = Client(
    os.environ["KEY"],
    host=os.environ["HOST"],
    on_error=lambda error, items: errors.append(str(error)),
    upload_interval=0.1,
    max_retries=60,
    timeout=5,
    gzip=True,
)
sent = {"orders": {}, "carts": {}}


def identify(customer):
    client.identify(customer, {"email": customer + "@customers.example", "firstName": customer.capitalize()})


def order(customer, order_id, cart_id=None):
    properties = {
        "order_id": order_id,
        "currency": "CNY",
        "products": [{"sku": "tea-1", "name": "Longjing", "price": 12.25, "quantity": 2}],
    }
    if cart_id:
        properties["cart_id"] = cart_id
    client.track(customer, "Order Completed", properties)
    sent["orders"][customer] = order_id


def cart(customer, cart_id, *skus):
    for sku in skus:
        client.track(customer, "Product Added", {"cart_id": cart_id, "sku": sku, "price": 10, "quantity": 1})
    sent["carts"][customer] = cart_id


def visit():
    for name in ["ann", "bob", "cai", "dot", "eve"]:
        identify(name)
    order("ann", "o-ann")
    cart("bob", "c-bob", "tea-1", "tea-2")
    # A cart that becomes an order at once is welcomed, not reminded of.
    cart("cai", "c-cai", "tea-1")
    order("cai", "o-cai", "c-cai")
    del sent["carts"]["cai"]
    # What was taken out again does not appear in the mail.
    cart("dot", "c-dot", "tea-1", "tea-9")
    client.track("dot", "Product Removed", {"cart_id": "c-dot", "sku": "tea-9"})
    # An emptied cart is forgotten.
    cart("eve", "c-eve", "tea-1")
    client.track("eve", "Product Removed", {"cart_id": "c-eve", "sku": "tea-1"})
    del sent["carts"]["eve"]


def stream(prefix, stop, rate):
    number = 0
    while not os.path.exists(stop):
        number += 1
        customer = "%s%05d" % (prefix, number)
        identify(customer)
        if number % 2:
            order(customer, "o-" + customer)
        else:
            cart(customer, "c-" + customer, "tea-1")
        time.sleep(1.0 / float(rate))


if sys.argv[1] == "visit":
    visit()
elif sys.argv[1] == "track":
    order(sys.argv[2], sys.argv[3])
else:
    stream(*sys.argv[2:5])
client.flush()
client.join()
assert not errors, errors
print(json.dumps(sent))
