#pragma once
#include <stddef.h>

/// One page of the handbook, as it was when the program was built.
struct handbook_page {
  /// The name of the file without its ending.
  const char *_Nonnull name;
  /// UTF-8, not terminated.
  const unsigned char *_Nonnull bytes;
  size_t count;
};

/// The pages, in the order in which an operator needs them.
const struct handbook_page *_Nonnull handbook_pages(void);
size_t handbook_page_count(void);
