/*
 * What the kinds of the corpus share: each is written once over `real`, as people write it, and compiled three times: as
 * float, as double, and as long double, in which the oracle differences it.
 */
#ifndef CHECKS_CORPUS_REAL_H
#define CHECKS_CORPUS_REAL_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "gradcheck/layer.h"

#if CORPUS_REAL == 32
typedef float real;
#define REAL_DTYPE GCHK_F32
#define R(number)  number##f // R(0.5)
#define F(name)    name##f   // F(exp)(x)
#define KIND(name) corpus_##name##_f32
#elif CORPUS_REAL == 64
typedef double real;
#define REAL_DTYPE GCHK_F64
#define R(number)  number
#define F(name)    name
#define KIND(name) corpus_##name##_f64
#else
typedef long double real;
#define REAL_DTYPE GCHK_F64 // the checker never sees these
#define R(number)  number##L
#define F(name)    name##l
#define KIND(name) corpus_##name##_long
#endif

/* Tensor `i` of the table. */
#define VALUE(i) ((real *)c->t[i].value)
#define GRAD(i)  ((real *)c->t[i].grad)
#define LABEL(i) ((const int32_t *)c->t[i].value)

/* SIZE(B): the size that the shapes call so. */
#define SIZE(name) gchk_size(c, #name)

/* Which mistake backward makes; 0: none. */
#define WRONG (*(const int *)c->layer->user)

/* PASS(lstm_forward) { ... return GCHK_OK; } */
#define PASS(name) static gchk_status name(const gchk_call *c, __attribute__((unused)) gchk_error *error)

/* DEFINE_KIND(lstm, rows) after lstm_forward and lstm_backward. */
#define DEFINE_KIND(id, rows)                                                                                          \
  extern const gchk_layer KIND(id);                                                                                    \
  const gchk_layer KIND(id) = {.name = #id,                                                                            \
                               GCHK_HERE,                                                                              \
                               .dtype = REAL_DTYPE,                                                                    \
                               GCHK_TENSORS(rows),                                                                     \
                               .forward = id##_forward,                                                                \
                               .backward = id##_backward};

#endif
