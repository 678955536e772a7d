// zlib: unpacks gzip bodies. inflateInit2 is a macro, which Swift cannot call.
#pragma once
#include <zlib.h>

static inline int czlib_start(z_stream *_Nonnull stream, int window_bits) { return inflateInit2(stream, window_bits); }
