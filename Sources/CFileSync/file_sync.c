#define _GNU_SOURCE
#include "file_sync.h"

#include <fcntl.h>

void persona_begin_flush(int descriptor) {
  // Not every file system can. What fails is told by flushing at the end.
  (void)sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
}
