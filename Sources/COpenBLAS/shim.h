// The only door to BLAS and LAPACK: OpenBLAS's cblas.h, and LAPACKE for the eigensolvers.
// Debian's libopenblas exports no LAPACKE symbols; they come from liblapacke.
#include <cblas.h>
#include <lapacke.h>
#include <stddef.h>

// Ends the threads that OpenBLAS starts when it is loaded, which look for work in a loop for a while. It is in the library but
// not in its headers; a library without threads lacks it.
extern int blas_thread_shutdown_(void) __attribute__((weak));
static inline void persona_blas_end_threads(void) {
  if (blas_thread_shutdown_) blas_thread_shutdown_();
}

// The reduction of a symmetric matrix to band form, of the lower triangle, column after column, panel after panel as LAPACK's
// dsytrd_sy2sb does it. That routine multiplies what is left of the matrix with each panel by dsymm, which gathers what it multiplies from
// a triangle and takes half as long again as products of the blocks below the diagonal, each of which stands for its mirror image, too.
// `work` has room for 2 (order + width) width elements; `status` is 0, or what LAPACK says is wrong.
static inline void persona_band_form(
  int order, int width, double *a, double *band, double *scales, double *work, int *status) {
  enum { block = 128 };
  const CBLAS_ORDER columns = CblasColMajor;
  const size_t n = (size_t)order, stride = (size_t)width + 1;
  double *scaled = work, *product = scaled + n * width, *triangle = product + n * width, *inner = triangle + width * width;
  int done = 0;
  *status = 0;
  for (int start = 0; width > 0 && start + width < order; start += width) {
    const int first = start + width, rows = order - first, count = rows < width ? rows : width;
    double *panel = a + start * n + first, *rest = a + first * n + first;
    *status = LAPACKE_dgeqrf(LAPACK_COL_MAJOR, rows, width, panel, order, scales + start);
    if (*status) return;
    for (; done < start + count; done++)
      for (int r = 0; r <= width && done + r < order; r++) band[done * stride + r] = a[done * n + done + r];
    for (int j = 0; j < count; j++) {
      for (int r = 0; r < j; r++) panel[j * n + r] = 0;
      panel[j * n + j] = 1;
    }
    for (int i = 0; i < width * width; i++) triangle[i] = 0;
    LAPACKE_dlarft(LAPACK_COL_MAJOR, 'F', 'C', rows, count, panel, order, scales + start, triangle, width);
    // W = A V T − ½ V (Tᵀ Vᵀ A V T), and A − V Wᵀ − W Vᵀ.
    cblas_dgemm(columns, CblasNoTrans, CblasNoTrans, rows, count, count, 1, panel, order, triangle, width, 0, scaled, order);
    for (int j = 0; j < count; j++)
      for (int r = 0; r < rows; r++) product[j * n + r] = 0;
    for (int j = 0; j < rows; j += block) {
      const int own = rows - j < block ? rows - j : block, below = rows - j - own;
      double *corner = rest + j * n + j;
      cblas_dsymm(
        columns, CblasLeft, CblasLower, own, count, 1, corner, order, scaled + j, order, 1, product + j, order);
      if (!below) break;
      cblas_dgemm(
        columns, CblasNoTrans, CblasNoTrans, below, count, own, 1, corner + own, order, scaled + j, order, 1,
        product + j + own, order);
      cblas_dgemm(
        columns, CblasTrans, CblasNoTrans, own, count, below, 1, corner + own, order, scaled + j + own, order, 1,
        product + j, order);
    }
    cblas_dgemm(
      columns, CblasTrans, CblasNoTrans, count, count, rows, 1, scaled, order, product, order, 0, inner, width);
    cblas_dgemm(
      columns, CblasNoTrans, CblasNoTrans, rows, count, count, -0.5, panel, order, inner, width, 1, product, order);
    cblas_dsyr2k(columns, CblasLower, CblasNoTrans, rows, count, -1, panel, order, product, order, 1, rest, order);
  }
  for (; done < order; done++)
    for (int r = 0; r <= width && done + r < order; r++) band[done * stride + r] = a[done * n + done + r];
}
