// SQLite: the embedded store. sqlite3_config and sqlite3_db_config are variadic, and the destructor
// constants are casts that Swift does not import.
#pragma once
#include <sqlite3.h>

static inline int csqlite_config_flag(int op, int on) { return sqlite3_config(op, on); }
static inline int csqlite_db_config_flag(sqlite3 *_Nonnull db, int op, int on) { return sqlite3_db_config(db, op, on, (int *)0); }
static inline int csqlite_bind_text_transient(sqlite3_stmt *_Nonnull s, int i, const char *_Nullable p, sqlite3_uint64 n) {
  return sqlite3_bind_text64(s, i, p, n, SQLITE_TRANSIENT, SQLITE_UTF8);
}
static inline int csqlite_bind_blob_transient(sqlite3_stmt *_Nonnull s, int i, const void *_Nullable p, sqlite3_uint64 n) {
  return sqlite3_bind_blob64(s, i, p, n, SQLITE_TRANSIENT);
}
// The bytes must stay where they are until the statement is reset.
static inline int csqlite_bind_text_static(sqlite3_stmt *_Nonnull s, int i, const char *_Nonnull p, sqlite3_uint64 n) {
  return sqlite3_bind_text64(s, i, p, n, SQLITE_STATIC, SQLITE_UTF8);
}
static inline int csqlite_bind_blob_static(sqlite3_stmt *_Nonnull s, int i, const void *_Nonnull p, sqlite3_uint64 n) {
  return sqlite3_bind_blob64(s, i, p, n, SQLITE_STATIC);
}
