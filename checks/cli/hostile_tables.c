/* Tables whose counts and pointers are wrong: -DTABLE=n. Table 0 is right. */
#include <stdio.h>

#include "gradcheck/gradcheck.h"

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[1].value)[i] = 2 * ((double *)c->t[0].value)[i];
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = 2 * ((double *)c->t[1].grad)[i];
  return GCHK_OK;
}

#if TABLE == 8
enum { MANY = 100000 };
static gchk_tensor_spec tensors[MANY];
static char names[MANY][12];
static void __attribute__((constructor)) fill(void) {
  for (int i = 0; i < MANY; i++) {
    (void)snprintf(names[i], sizeof names[i], "t%d", i);
    tensors[i] = (gchk_tensor_spec){.name = names[i], .role = i == 1 ? GCHK_OUTPUT : GCHK_INPUT, .shape = "N"};
  }
}
#else
static const gchk_tensor_spec tensors[] = {
#if TABLE == 1
    {.name = (const char *)16, .role = GCHK_INPUT, .shape = "N"},
#elif TABLE == 2
    {.name = "x", .role = GCHK_INPUT, .shape = (const char *)-1},
#else
    GCHK_TENSOR("x", GCHK_INPUT, "N"),
#endif
    GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
#endif

static const gchk_layer layer = {.name = "layer",
                                 GCHK_HERE,
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(tensors),
#if TABLE == 3
                                 .option_count = 5,
#elif TABLE == 4
                                 .options = (const gchk_option_spec *)16,
                                 .option_count = 1,
#elif TABLE == 5
                                 .shape_cases = (const char *const *)16,
#endif
                                 .forward = forward,
                                 .backward = backward,
                                 .sizes = "N=5"};

static const gchk_layer *const layers[] = {&layer, (const gchk_layer *)16};
GCHK_API extern const gchk_plugin gchk_plugin_table;
const gchk_plugin gchk_plugin_table = {GCHK_PLUGIN_VERSION, (uint32_t)sizeof(gchk_layer), layers,
                                       TABLE == 6   ? (size_t)-1
                                       : TABLE == 7 ? 2
                                                    : 1};
