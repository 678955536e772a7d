// libpq: the PostgreSQL store.
#pragma once
#include <postgresql/libpq-fe.h>
