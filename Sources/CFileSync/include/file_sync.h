#pragma once

// Has the device begin to take what was written to the file open as `descriptor`, and returns at once: what the Glibc module leaves out.
void persona_begin_flush(int descriptor);
