/*
 * Products with a matrix x that is mostly zeros, such as pixels: only what is not 0 is multiplied.
 *
 * What is left out is 0 times a number, which is 0 where that number is finite. So these are for another factor that is
 * finite throughout, and BLAS is for the rest: an infinite weight meets every zero as NaN. A sum runs in the order of
 * its index, in parts of PART, and depends on neither threads nor BLAS nor processor.
 */
#ifndef GCHK_LAYERS_SPARSE_PRODUCT_H
#define GCHK_LAYERS_SPARSE_PRODUCT_H

#include <stdint.h>
#include <string.h>

#include "core/clones.h"
#include "layers/real.h"

#if GCHK_REAL_IS_FLOAT
typedef uint32_t real_bits;
#else
typedef uint64_t real_bits;
#endif

/* x (N, D) with W (D, U) or dy (N, U). */
typedef struct sparse_sizes {
  size_t n, d, u;
} sparse_sizes;

enum {
  LANES = 8,                    // numbers that compilers make vectors of
  BLOCK = 4 * LANES,            // columns of a product whose sums stay in registers
  PANEL = 2 * BLOCK,            // columns of a panel of the other factor,
  PART = 8 * sizeof(real_bits), // and its rows: as many as bits
  COLUMNS = 512,                // of x that are gone through at once where sums run over samples
  SAMPLED = 8,                  // every so many rows of x are asked for their zeros
  COPIED = 4                    // rows whose work is as much as to look at the other factor and copy it
};

static inline size_t in_blocks(size_t columns) {
  return (columns + BLOCK - 1) / BLOCK * BLOCK;
}

GCHK_CLONES static size_t REAL(count_others)(const real *numbers, size_t count) {
  size_t others = 0;
  for (size_t k = 0; k < count; k++)
    others += numbers[k] != 0;
  return others;
}

/*
 * Whether that is half of the work at most, as a sample of the rows has it. Only time depends on the answer, and last
 * bits.
 */
static inline bool is_sparse(const real *x, sparse_sizes s) {
  size_t others = 0, rows = 0;
  for (; rows * SAMPLED < s.n; rows++)
    others += REAL(count_others)(x + rows * SAMPLED * s.d, s.d);
  const double whole_row = (double)s.d * (double)s.u, n = (double)s.n;
  return (double)others / (double)rows * (double)in_blocks(s.u) + COPIED / n * whole_row <= whole_row / 2;
}

GCHK_CLONES static bool REAL(are_finite)(const real *numbers, size_t count) {
  real lane[LANES] = {0}; // NaN where one of its numbers is not finite
  size_t k = 0;
  for (; k + LANES <= count; k += LANES)
    for (size_t l = 0; l < LANES; l++)
      lane[l] += numbers[k + l] * 0;
  for (; k < count; k++)
    lane[0] += numbers[k] * 0;
  for (size_t l = 1; l < LANES; l++)
    lane[0] += lane[l];
  return lane[0] == 0;
}

/* A bit for each number of a part of a row that is not 0, or NaN: that of its index, of a table for vectors' sake. */
GCHK_CLONES static real_bits REAL(others_of_row)(const real *restrict row, size_t count,
                                                 const real_bits *restrict bit) {
  real_bits others = 0;
  for (size_t k = 0; k < count; k++)
    others |= row[k] != 0 ? bit[k] : 0;
  return others;
}

/* The same for a part of each of several columns. */
GCHK_CLONES static void REAL(others_of_columns)(const real *x, size_t stride, size_t rows, size_t columns,
                                                real_bits *restrict others) {
  for (size_t k = 0; k < columns; k++)
    others[k] = 0;
  for (size_t n = 0; n < rows; n++)
    for (size_t k = 0; k < columns; k++)
      others[k] |= x[n * stride + k] != 0 ? (real_bits)1 << n : 0;
}

static inline size_t lowest_bit(real_bits bits) {
#ifdef __GNUC__
  return (size_t)__builtin_ctzll(bits);
#else
  size_t k = 0;
  while ((bits >> k & 1) == 0)
    k++;
  return k;
#endif
}

/* A part of the other factor: rows that begin where those of vectors do. */
typedef struct panel {
  _Alignas(64) real at[PART * PANEL];
  _Alignas(64) real sum[PANEL];
  size_t width, units; /* of a row: a multiple of BLOCK, and what is used of it */
} panel;

/* Rows `from` .. from+rows-1 of b, and of its `u` columns those from `unit` on. */
GCHK_CLONES static void REAL(load_panel)(panel *p, const real *b, size_t u, size_t from, size_t rows, size_t unit) {
  const size_t units = u - unit < PANEL ? u - unit : PANEL, width = in_blocks(units);
  for (size_t k = 0; k < rows; k++) {
    const real *row = b + (from + k) * u + unit;
    for (size_t j = 0; j < units; j++)
      p->at[k * width + j] = row[j];
    for (size_t j = units; j < width; j++)
      p->at[k * width + j] = 0;
  }
  p->units = units;
  p->width = width;
}

/* sum = sum over the others k of x[k stride] b[k,:]; as separate arrays, for compilers keep those in registers. */
GCHK_CLONES static void REAL(sum_rows)(real *restrict sum, const real *restrict b, size_t width, const real *restrict x,
                                       size_t stride, real_bits others) {
  for (size_t j = 0; j < width; j += BLOCK) {
    real sum0[LANES] = {0}, sum1[LANES] = {0}, sum2[LANES] = {0}, sum3[LANES] = {0};
    for (real_bits rest = others; rest != 0; rest &= rest - 1) {
      const size_t k = lowest_bit(rest);
      const real factor = x[k * stride];
      const real *from = b + k * width + j;
      for (size_t l = 0; l < LANES; l++)
        sum0[l] += factor * from[l];
      for (size_t l = 0; l < LANES; l++)
        sum1[l] += factor * from[LANES + l];
      for (size_t l = 0; l < LANES; l++)
        sum2[l] += factor * from[2 * LANES + l];
      for (size_t l = 0; l < LANES; l++)
        sum3[l] += factor * from[3 * LANES + l];
    }
    for (size_t l = 0; l < LANES; l++) {
      sum[j + l] = sum0[l];
      sum[j + LANES + l] = sum1[l];
      sum[j + 2 * LANES + l] = sum2[l];
      sum[j + 3 * LANES + l] = sum3[l];
    }
  }
}

static inline void add_sum(real *to, panel *p, const real *x, size_t stride, real_bits others) {
  if (others == 0)
    return;
  REAL(sum_rows)(p->sum, p->at, p->width, x, stride, others);
  for (size_t j = 0; j < p->units; j++)
    to[j] += p->sum[j];
}

static inline size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

/* y += x W */
static inline void add_sparse_product(real *y, const real *x, const real *w, sparse_sizes s) {
  panel p = {.units = 0};
  real_bits bit[PART];
  for (size_t k = 0; k < PART; k++)
    bit[k] = (real_bits)1 << k;
  for (size_t unit = 0; unit < s.u; unit += PANEL)
    for (size_t from = 0; from < s.d; from += PART) {
      const size_t inputs = least(s.d - from, PART);
      REAL(load_panel)(&p, w, s.u, from, inputs, unit);
      for (size_t n = 0; n < s.n; n++) {
        const real *row = x + n * s.d + from;
        add_sum(y + n * s.u + unit, &p, row, 1, REAL(others_of_row)(row, inputs, bit));
      }
    }
}

/* dW += x^T dy, for the units of a panel and its samples, whose rows x begins with. */
static inline void add_outer_panel(real *dw, const real *x, panel *p, sparse_sizes s, size_t samples) {
  real_bits others[COLUMNS];
  for (size_t first = 0; first < s.d; first += COLUMNS) {
    const size_t columns = least(s.d - first, COLUMNS);
    REAL(others_of_columns)(x + first, s.d, samples, columns, others);
    for (size_t k = 0; k < columns; k++)
      add_sum(dw + (first + k) * s.u, p, x + first + k, s.d, others[k]);
  }
}

/* dW = x^T dy */
static inline void sparse_outer_product(real *dw, const real *x, const real *dy, sparse_sizes s) {
  panel p = {.units = 0};
  memset(dw, 0, s.d * s.u * sizeof *dw);
  for (size_t unit = 0; unit < s.u; unit += PANEL)
    for (size_t from = 0; from < s.n; from += PART) {
      const size_t samples = least(s.n - from, PART);
      REAL(load_panel)(&p, dy, s.u, from, samples, unit);
      add_outer_panel(dw + unit, x + from * s.d, &p, s, samples);
    }
}

#endif
