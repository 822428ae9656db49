#pragma once

// The C library's allocator: its settings, which the Glibc module leaves out, and what is done when it has no memory left.
#include <malloc.h>
#include <stddef.h>

// Has `body` called, once, with the bytes that were asked for, when an allocation fails, or with 0 when a thread cannot be started; then
// the process ends with `status`. Neither the Swift runtime, which traps, nor libdispatch, which waits for ever, would say why.
void persona_when_out_of_memory(void (*body)(size_t bytes), int status);

// Large allocations that would take the process beyond `bytes` of memory fail as well: its control group has no more, and the kernel would
// end the process without a word. 0 for no limit.
void persona_limit_memory(size_t bytes);
