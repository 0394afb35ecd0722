/* gradcheck --version: the version, how the program was built, and the BLAS that it found. */
#include "version.h"

#include "common.h"
#include "gradcheck/layers.h"

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

void cli_print_version(void) {
  const gchk_blas_info blas = gchk_blas_get_info();
  FILE *out = gchk_output();
  (void)fprintf(out, "gradcheck %s\n", gchk_version());
  (void)fprintf(out, "  compiler     %s\n", COMPILER);
  (void)fprintf(out, "  build        %s\n", GRADCHECK_BUILD);
  (void)fprintf(out, "  commit       %s\n", *GRADCHECK_COMMIT != '\0' ? GRADCHECK_COMMIT : "not known");
  (void)fprintf(out, "  BLAS         %s, kernels of %s\n", blas.library, blas.core);
  (void)fprintf(out, "  backtraces   %s\n", GRADCHECK_BACKTRACES ? "of crashes, by libbacktrace" : "none");
}
