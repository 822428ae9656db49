// The only door to BLAS and LAPACK: OpenBLAS's cblas.h, and LAPACKE for the eigensolvers.
// Debian's libopenblas exports no LAPACKE symbols; they come from liblapacke.
#include <cblas.h>
#include <lapacke.h>

// How OpenBLAS gets the buffer that a product works in, and gives it back; exported, but declared in no header of its own
// that is installed.
void *blas_memory_alloc(int position);
void blas_memory_free(void *buffer);
