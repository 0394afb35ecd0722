/*
 * A corpus of right code: layers as people write them, with sizes, scales and offsets by seed, and with the mistakes that
 * people make. The checker must pass all of it and must not pass any mistake.
 *
 * A kind is a row of one table (kinds.c). A sample is a kind with a seed: it owns a layer for gchk_check_layer.
 */
#ifndef CHECKS_CORPUS_CORPUS_H
#define CHECKS_CORPUS_CORPUS_H

#include "gradcheck/check.h"

typedef enum corpus_precision { CORPUS_F64, CORPUS_F32, CORPUS_F32_TWIN, CORPUS_PRECISIONS } corpus_precision;
const char *corpus_precision_name(corpus_precision precision);

enum { CORPUS_MAX_SIZES = 8, CORPUS_MAX_FILLS = 16, CORPUS_MAX_MISTAKES = 4, CORPUS_MAX_ROWS = 16 };

/* A size is uniform on low .. high; of small samples on the lower quarter of that. */
typedef struct corpus_size {
  const char *name;
  size_t low, high;
} corpus_size;

/*
 * How a tensor is filled: normal, or uniform on middle +- scale, with a middle uniform on its range and a scale that is
 * log-uniform on its own; or labels below a size. Several rows for one tensor are alternatives.
 */
typedef struct corpus_fill {
  const char *tensor;
  gchk_fill_kind kind;
  double middle_low, middle_high, scale_low, scale_high;
  const char *below;
  bool first_row_zero; /* row 0 is all zero, the others are normal with this scale */
} corpus_fill;

typedef struct corpus_kind {
  const char *name;
  const gchk_layer *f64, *f32, *oracle; /* of one source; the oracle's numbers are long double */
  corpus_size sizes[CORPUS_MAX_SIZES];
  corpus_fill fills[CORPUS_MAX_FILLS];
  const char *mistakes[CORPUS_MAX_MISTAKES]; /* mistake k + 1 */
  uint64_t budget;                           /* of elements, where all would take too long; 0: all */
} corpus_kind;

extern const corpus_kind corpus_kinds[];
extern const size_t corpus_kind_count;
const corpus_kind *corpus_find(const char *name); /* NULL: there is none */
size_t corpus_mistake_count(const corpus_kind *kind);

typedef struct corpus_sample {
  const corpus_kind *kind;
  uint64_t seed;
  corpus_precision precision;
  int mistake;
  gchk_layer layer, twin, oracle;
  gchk_tensor_spec rows[CORPUS_MAX_ROWS];
  gchk_sizes sizes;
  char size_text[160];
  double *values[CORPUS_MAX_ROWS]; /* of rows that are filled with values */
} corpus_sample;

/* Draws the sample; the caller deinits it. It must stay where it is while its layers are in use. */
void corpus_sample_init(corpus_sample *sample, const corpus_kind *kind, uint64_t seed, corpus_precision precision,
                        int mistake, bool is_small);
void corpus_sample_deinit(corpus_sample *sample);

/* Checks it as gchk_check_layer does, with its own seed and budget in place of those of `options`. Aborts on an error. */
gchk_result *corpus_check(const corpus_sample *sample, const gchk_options *options);

/* What a run said of an element, and what explain says of it. */
typedef struct corpus_agreement {
  size_t elements, disagree;
  char first[256]; /* the first that disagrees: "lstm/planted w[3]: run pass, explain fail" */
} corpus_agreement;

/* Explains every `stride`-th element of every tensor of every case of the sample, and adds up. Aborts on an error. */
void corpus_agree(const corpus_sample *sample, size_t stride, corpus_agreement *agreement);

#endif
