// libpq: the PostgreSQL store.
#pragma once
#include <postgresql/libpq-fe.h>

// postgres_ext.h writes the field codes as character constants, which Swift does not import as integers.
enum { CPQ_DIAG_SQLSTATE = PG_DIAG_SQLSTATE, CPQ_DIAG_MESSAGE_PRIMARY = PG_DIAG_MESSAGE_PRIMARY };
