// The only door to BLAS and LAPACK: OpenBLAS's cblas.h, and LAPACKE for the eigensolvers.
// Debian's libopenblas exports no LAPACKE symbols; they come from liblapacke.
#include <cblas.h>
#include <lapacke.h>

// Ends the threads that OpenBLAS starts when it is loaded, which look for work in a loop for a while. It is in the library but
// not in its headers; a library without threads lacks it.
extern int blas_thread_shutdown_(void) __attribute__((weak));
static inline void persona_blas_end_threads(void) {
  if (blas_thread_shutdown_) blas_thread_shutdown_();
}
