// libcrypto: digests and random bytes.
#pragma once
#include <openssl/evp.h>
#include <openssl/rand.h>
