/* y_i = 2 x_i with mistakes that sanitizers see. KIND chooses one; each is on a line with a mark. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gradcheck/gradcheck.h"

static volatile int most = 2147483647, five = 5;
static volatile char byte;

static void go_wrong(void) {
  int small[5];
  volatile char *memory = malloc(10);
  switch (KIND) {
  case 1:
    memory[2 * five] = 1; /* MARK heap */
    break;
  case 2:
    free((char *)memory);
    byte = memory[0]; /* MARK freed */
    return;
  case 3:
    most = most + 1; /* MARK overflow */
    most = 2147483647;
    break;
  case 4:
    for (int i = 0; i <= five; i++)
      small[i] = i; /* MARK stack */
    byte = (char)small[2];
    break;
  case 5:
    fprintf(stderr, "==%d==ERROR: AddressSanitizer: heap-use-after-free on address 0x1\n", (int)getpid());
    fprintf(stderr, "SUMMARY: AddressSanitizer: heap-use-after-free a.c:1 in f\n");
    break;
  case 6:
    for (;;)
      byte = 1;
  default:
    break;
  }
  free((char *)memory);
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

GCHK_CALLBACK(forward, {
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[1].value)[i] = 2 * ((const double *)c->t[0].value)[i];
})
GCHK_CALLBACK(backward, {
  go_wrong();
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = 2 * ((const double *)c->t[1].grad)[i];
})
static const gchk_layer layer = {.name = "sane",
                                 GCHK_HERE,
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(tensors),
                                 .forward = forward,
                                 .backward = backward,
                                 .sizes = "N=5"};
GCHK_PLUGIN(&layer)
