// The only door to BLAS and LAPACK: OpenBLAS's cblas.h, and LAPACKE for the eigensolvers.
// Debian's libopenblas exports no LAPACKE symbols; they come from liblapacke.
#include <cblas.h>
#include <lapacke.h>
