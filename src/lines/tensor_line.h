/* The lines along which the elements of one tensor are varied: what differentiation evaluates. */
#ifndef GCHK_LINES_TENSOR_LINE_H
#define GCHK_LINES_TENSOR_LINE_H

#include "instance/snapshot.h"
#include "lines/foreseen.h"
#include "measure/work.h"

typedef struct gchk_tensor_line {
  gchk_case_work *work;
  gchk_tensor_work *tensor;
  gchk_tensor *t;
  gchk_snapshot *snapshot; /* outputs and caches at the base point, for update; NULL: evaluate without it */
  bool varies;             /* evaluated by the layer's vary, which leaves the instance as it is */
  double base;             /* the loss at the base point, by vary */
  bool *has_no_effect;     /* by vary, one an element: the loss is `base` whatever finite value it has; NULL: none */
  gchk_foreseen foreseen;  /* of the element aimed at, by vary */
  bool is_part;         /* `line` has some of the outputs; sigma and units are those of the whole one it is part of */
  bool is_out_of_reach; /* an intermediate value that no update starts from: nothing can be evaluated */
  bool is_confirmed_later; /* of a failure it is only noted that it is to be asked whether it stands (confirm.h) */
  size_t element;          /* the one that was aimed at */
  size_t partner;          /* what is moved with it: (c,r) for (r,c) of a symmetric matrix, else itself */
  double rms;              /* of the tensor's values */
  double fixed_step;       /* 0: adaptive */
  double output_unit;      /* before noise tells of a coarser one */
  double *space;           /* of gchk_differentiate */
  double *far_slack[GCHK_MAX_DRAWS]; /* one an element (decide/far_slack.h); NULL: not measured */
  gchk_line line;                    /* along `element` */
} gchk_tensor_line;

/*
 * A line for `tensor` at the point where work->instance is, forward done; audits the layer's vary, or else its update,
 * which is used where it agrees with forward. To be closed even when this fails. Costs what the audit costs.
 */
gchk_status gchk_tensor_line_open(gchk_tensor_line *l, gchk_case_work *work, gchk_tensor_work *tensor,
                                  gchk_error *error) GCHK_MUST_USE;

/* The same by forward alone, without an audit. */
gchk_status gchk_tensor_line_open_plain(gchk_tensor_line *l, gchk_case_work *work, gchk_tensor_work *tensor,
                                        gchk_error *error) GCHK_MUST_USE;

/* Gives memory back. The instance is left as the last evaluation left it but for the element, which is as it was. */
void gchk_tensor_line_close(gchk_tensor_line *l);

/*
 * The losses with elements[k] at values[k], by vary, which l->varies says the line has; NaN where the tensor cannot
 * hold the value. A vary that did it before and does not now is an error.
 */
gchk_status gchk_tensor_line_vary(const gchk_tensor_line *l, const size_t *elements, const double *values,
                                  double *losses, size_t count, gchk_error *error) GCHK_MUST_USE;

/* From now on by forward, for an update, or a vary, that is not to be believed. */
void gchk_tensor_line_go_by_forward(gchk_tensor_line *l);

/*
 * Of a line along which the noise `sigma` (one a draw) was measured, as l->line or beside it: its noise, and the unit
 * of its outputs that is declared for so much of it (measure/variable.h). A twin computes as double does, and varies as
 * it does.
 */
void gchk_tensor_line_use_noise(const gchk_tensor_line *l, const double *sigma, gchk_line *line);

/* Makes l->line the line along an element; no evaluation. */
void gchk_tensor_line_aim(gchk_tensor_line *l, size_t element);

/* Differentiates along the element aimed at, for every draw, and puts the element back, bit for bit. */
gchk_status gchk_tensor_line_differentiate(gchk_tensor_line *l, gchk_derivative *result,
                                           gchk_error *error) GCHK_MUST_USE;

/* The same by the whole ladder, down to where rounding is beyond what is in `question` (derivative.h; may be NULL). */
gchk_status gchk_tensor_line_differentiate_whole(gchk_tensor_line *l, const double *question, gchk_derivative *result,
                                                 gchk_error *error) GCHK_MUST_USE;

/* The same by the steps in between, each half of one of those. */
gchk_status gchk_tensor_line_differentiate_between(gchk_tensor_line *l, const double *question, gchk_derivative *result,
                                                   gchk_error *error) GCHK_MUST_USE;

/* Sets the element aimed at, and its partner, to x. */
void gchk_tensor_line_set(const gchk_tensor_line *l, double x);

/* Puts the element aimed at back, bit for bit; outputs and caches stay as they are. */
void gchk_tensor_line_restore(gchk_tensor_line *l);

#endif
