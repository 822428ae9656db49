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

// The reduction of a symmetric matrix to band form, which neither LAPACKE nor lapack.h of every version declares; of the lower
// triangle, column after column. With a size of work of -1 it writes the size that it wants there.
extern void dsytrd_sy2sb_(
  const char *uplo, const int *n, const int *kd, double *a, const int *lda, double *ab, const int *ldab, double *tau,
  double *work, const int *lwork, int *info, unsigned long uplo_length);
static inline void persona_band_form(
  int order, int width, double *a, double *band, double *scales, double *work, int size, int *status) {
  const char lower = 'L';
  const int rows = width + 1;
  dsytrd_sy2sb_(&lower, &order, &width, a, &order, band, &rows, scales, work, &size, status, 1);
}
