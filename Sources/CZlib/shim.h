// DEFLATE and CRC-32 for zip members (.npz, .pt).
#include <zlib.h>

// inflateInit2 is a macro, which Swift cannot call; the function behind it wants the caller's
// version and structure size to detect a mismatched library.
static inline int persona_inflate_init_raw(z_stream *stream) {
  return inflateInit2(stream, -MAX_WBITS);
}
