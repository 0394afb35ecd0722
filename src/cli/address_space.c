/*
 * OpenBLAS asks for the work space of its threads again and again until it gets it: 0.3.29 while it is loaded, before
 * main, and earlier ones in their threads, for which the process then waits at its end; 0.3.34 ends the process with 1,
 * which means wrong gradients. So the program asks before any library's start-up code has run, which only
 * .preinit_array does.
 */
#include "address_space.h"

#include <stdio.h>
#include <unistd.h>

#include "common.h"
#include "gradcheck/layers.h"

void cli_check_address_space(int argc, char **argv, char **environment) {
  (void)argc, (void)argv;
  size_t wanted;
  if (gchk_blas_has_room(environment, &wanted))
    return;
  // Where a stream needs start-up code, it has not run.
  char text[400];
  const int length = snprintf(text, sizeof text,
                              "gradcheck: the limit on address space (ulimit -v) leaves no room for the BLAS, whose "
                              "threads take %zu MiB and would wait for them for ever; raise it, set "
                              "OPENBLAS_NUM_THREADS=1, or limit what cases take with --memory\n",
                              wanted >> 20);
  const ssize_t written = length > 0 ? write(STDERR_FILENO, text, (size_t)length) : 0;
  (void)written; // whether or not anybody reads it
  _exit(EXIT_UNFINISHED);
}

__attribute__((section(".preinit_array"),
               used)) static void (*const before_libraries)(int, char **, char **) = cli_check_address_space;
