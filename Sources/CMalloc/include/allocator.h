#pragma once

// The C library's allocator: its settings, which the Glibc module leaves out, and what is done when it has no memory left.
#include <malloc.h>
#include <stddef.h>

// Has `body` called, once, with the bytes that were asked for, when an allocation fails, or with 0 when a thread cannot be started; then
// the process ends with `status`. Neither the Swift runtime, which traps, nor libdispatch, which waits for ever, would say why.
void persona_when_out_of_memory(void (*body)(size_t bytes), int status);
