/* The plug-ins that `gradcheck new` writes, in parts; @ stands for the name of the layer. */
#include "author/templates.h"

#include <stddef.h>

/* clang-format off */
/* The two functions are C and C++. */
#define FUNCTIONS \
    "/* y (N,C) = x r w with r (N) = 1/sqrt(mean of x^2 along C + 1e-5), which is kept for backward. */\n" \
    "static void my_forward(double *y, double *r, const double *x, const double *w, int N, int C) {\n" \
    "  for (int n = 0; n < N; n++) {\n" \
    "    double sum = 0;\n" \
    "    for (int c = 0; c < C; c++)\n" \
    "      sum += x[n * C + c] * x[n * C + c];\n" \
    "    r[n] = 1 / sqrt(sum / C + 1e-5);\n" \
    "    for (int c = 0; c < C; c++)\n" \
    "      y[n * C + c] = x[n * C + c] * r[n] * w[c];\n" \
    "  }\n" \
    "}\n" \
    "\n" \
    "/* Adds to dx (N,C) and dw (C), from the upstream gradient dy (N,C). */\n" \
    "static void my_backward(double *dx, double *dw, const double *dy, const double *x, const double *w,\n" \
    "                        const double *r, int N, int C) {\n" \
    "  for (int n = 0; n < N; n++) {\n" \
    "    double along = 0;\n" \
    "    for (int c = 0; c < C; c++)\n" \
    "      along += dy[n * C + c] * w[c] * x[n * C + c];\n" \
    "    for (int c = 0; c < C; c++) {\n" \
    "      dw[c] += dy[n * C + c] * x[n * C + c] * r[n];\n" \
    "      dx[n * C + c] += r[n] * (dy[n * C + c] * w[c] - x[n * C + c] * r[n] * r[n] * along / C);\n" \
    "    }\n" \
    "  }\n" \
    "}\n"

static const char *const in_c[] = {
    "/*\n"
    " * @: a layer for gradcheck, to be made yours. It compiles, runs and passes as it stands.\n"
    " *\n"
    " *   1. Put your forward and backward in place of the two below, or include their header here and name their\n"
    " *      source in the command that builds.\n"
    " *   2. Correct the table: a row a tensor, with its name, its role and its shape.\n"
    " *   3. Correct the two callbacks: what they hand to your functions, in the order that your functions want.\n"
    " *\n"
    " * Float code: write float for double, and GCHK_F32 for GCHK_F64. Built once more with\n"
    " * -include gradcheck/as_double.h, into a file that ends in .twin.so, it is differenced in double, and checked\n"
    " * to seven digits in place of three.\n"
    " */\n"
    "#include <math.h>\n"
    "\n"
    "#include \"gradcheck/gradcheck.h\"\n"
    "\n"
    "/* ---- 1. What is checked: root mean square normalisation, as an example. ---- */\n"
    "\n"
    FUNCTIONS
    "\n",

    "/* ---- 2. The tensors. gradcheck makes them, fills them, and guards their ends. ---- */\n"
    "\n"
    "enum { X, W, Y, R }; /* the rows of the table, in its order: c->t[X] is tensor \"x\" */\n"
    "\n"
    "/*\n"
    " * GCHK_TENSOR(name, role, shape), or with more fields behind the shape.\n"
    " *\n"
    " *   role    GCHK_INPUT      forward reads it; backward gives its gradient\n"
    " *           GCHK_PARAMETER  the same, for what training changes\n"
    " *           GCHK_OUTPUT     forward writes it; its .grad is the upstream gradient, which backward reads\n"
    " *           GCHK_CACHE      forward writes it for backward: means, masks, probabilities\n"
    " *           GCHK_SCRATCH    work space\n"
    " *           GCHK_INDEX      int: tokens, labels, positions\n"
    " *           GCHK_CONSTANT   read, without a gradient: masks, one-hot targets\n"
    " *   shape   sizes with blanks between: \"N C\". A size is a name, a number, or an expression without blanks\n"
    " *           in it: \"B T 3*C\", \"N (H+2*P-K)//S+1\" (// rounds down). \"\" is a single number.\n"
    " *\n"
    " *   .grad = GCHK_GRAD_ACCUMULATE     backward does +=; GCHK_GRAD_OVERWRITE: =; left out: either is right\n"
    " *   .grad = GCHK_GRAD_NONE           backward gives no gradient of it: listed as not checked\n"
    " *   .grad = GCHK_GRAD_SCRATCH        of a cache: backward works in its gradient buffer\n"
    " *   .grad_may_be_null = true         backward takes NULL for it and leaves it out\n"
    " *   .dtype = GCHK_I32                another type than the layer's: GCHK_F64, GCHK_F32, GCHK_I32\n"
    " *   .fill = {.kind = GCHK_FILL_POSITIVE}    values from 0.5 to 2; _UNIFORM, _CONSTANT, _ONE_HOT, _DISTINCT\n"
    " *   .fill = {.kind = GCHK_FILL_LABELS, .below = \"C\"}    of a GCHK_INDEX: 0 to C-1\n"
    " *   .keep_away = 0.1, .kink = 0      values keep this distance from where the function has a corner\n"
    " *   .in_place_of = \"x\"               of an output: it lies in the buffers of that input\n"
    " *   .upstream_clobbered = true       of an output: backward may write into the upstream gradient\n"
    " *   .ignored = \"-100\"                of labels: the one that does not count\n"
    " *   .symmetric = true                of an input \"N N\": (i,j) and (j,i) are one\n"
    " */\n"
    "static const gchk_tensor_spec tensors[] = {\n"
    "    GCHK_TENSOR(\"x\", GCHK_INPUT, \"N C\"),\n"
    "    GCHK_TENSOR(\"w\", GCHK_PARAMETER, \"C\"),\n"
    "    GCHK_TENSOR(\"y\", GCHK_OUTPUT, \"N C\"),\n"
    "    GCHK_TENSOR(\"r\", GCHK_CACHE, \"N\"),\n"
    "    /* GCHK_TENSOR(\"labels\", GCHK_INDEX, \"N\", .fill = {.kind = GCHK_FILL_LABELS, .below = \"C\"}), */\n"
    "    /* GCHK_TENSOR(\"mask\", GCHK_CONSTANT, \"N C\", .fill = {.kind = GCHK_FILL_UNIFORM, .a = 0, .b = 1}), */\n"
    "};\n"
    "\n"
    "/* Numbers that are no sizes: { name, initial, least, largest, what it is }. A callback reads c->option[0]. */\n"
    "/* static const gchk_option_spec options[] = {{\"eps\", 1e-5, 0, 1, \"added to the mean square\"}}; */\n"
    "\n"
    "/* ---- 3. The callbacks, one line each: .value and .grad of tensors, and sizes by name. ---- */\n"
    "\n"
    "GCHK_CALLBACK(forward, my_forward(c->t[Y].value, c->t[R].value, c->t[X].value, c->t[W].value,\n"
    "                                  gchk_int(c, \"N\"), gchk_int(c, \"C\")))\n"
    "\n"
    "GCHK_CALLBACK(backward, my_backward(c->t[X].grad, c->t[W].grad, c->t[Y].grad, c->t[X].value, c->t[W].value,\n"
    "                                    c->t[R].value, gchk_int(c, \"N\"), gchk_int(c, \"C\")))\n"
    "\n",

    "static const gchk_layer layer = {\n"
    "    \"@\", /* the name in reports */\n"
    "    GCHK_HERE,\n"
    "    .dtype = GCHK_F64,\n"
    "    GCHK_TENSORS(tensors),\n"
    "    .forward = forward,\n"
    "    .backward = backward,\n"
    "    .sizes = \"N=3 C=5\", /* left out, gradcheck chooses several shapes; .shape_cases lists several */\n"
    "    /* GCHK_OPTION_TABLE(options), */\n"
    "    /* .sizes_require = \"C%2==0\",          what must hold of sizes that gradcheck chooses */\n"
    "    /* .flags = GCHK_IGNORES_UPSTREAM,     a loss whose backward takes the upstream gradient to be 1; also */\n"
    "    /*          GCHK_HAS_MODES             train and eval differ: c->mode */\n"
    "    /*          GCHK_HAS_THREADS           it uses c->threads threads */\n"
    "    /*          GCHK_CONSUMES_CACHE        backward uses up what forward left */\n"
    "    /* .grad_scale = -1,                   the library stores negative gradients */\n"
    "    /* .create = make, .destroy = unmake,  a struct of yours, which is c->state from then on */\n"
    "    /* .bind = bind,                       points its pointers to c->t[...]: gradcheck/bind.h makes it */\n"
    "    /* .reset = reset,                     back to the state after create: running means, recurrent state */\n"
    "    /* .set_seed = set_seed,               dropout: c->seed is new */\n"
    "    /* .loss = loss,                       the loss as a number, of a layer that has no output */\n"
    "};\n"
    "\n"
    "GCHK_PLUGIN(&layer) /* or several: GCHK_PLUGIN(&layer, &another) */\n",

    NULL};

static const char *const in_cpp[] = {
    "// @: a layer for gradcheck, to be made yours. It compiles (C++17), runs and passes as it stands.\n"
    "//\n"
    "//   1. Put your forward and backward in place of the two below, or include their header here and name their\n"
    "//      source in the command that builds.\n"
    "//   2. Correct the table: a row a tensor, with its name, its role and its shape.\n"
    "//   3. Correct the two callbacks: what they hand to your functions. Tensors and sizes are asked for by name.\n"
    "//\n"
    "// Float code: write float for double, and GCHK_F32 for GCHK_F64. Built once more with\n"
    "// -include gradcheck/as_double.h, into a file that ends in .twin.so, it is differenced in double, and checked\n"
    "// to seven digits in place of three.\n"
    "#include <math.h>\n"
    "\n"
    "#include \"gradcheck/layer.hpp\"\n"
    "\n"
    "// ---- 1. What is checked: root mean square normalisation, as an example. ----\n"
    "\n"
    FUNCTIONS
    "\n"
    "// ---- 2. The tensors. gradcheck makes them, fills them, and guards their ends. ----\n"
    "//\n"
    "//   input, parameter    forward reads it; backward gives its gradient\n"
    "//   output              forward writes it; its gradient is the upstream gradient, which backward reads\n"
    "//   cache               forward writes it for backward: means, masks, probabilities\n"
    "//   scratch             work space\n"
    "//   index               int32_t: index(\"labels\", \"N\").below(\"C\")\n"
    "//   constant            read, without a gradient: masks, one-hot targets\n"
    "//\n"
    "// A shape is sizes with blanks between: \"N C\". A size is a name, a number, or an expression without blanks in\n"
    "// it: \"B T 3*C\", \"N (H+2*P-K)//S+1\" (// rounds down). \"\" is a single number. What more a row can say,\n"
    "// such as what its values are and whether its gradient is added to: gradcheck/tensor.h.\n"
    "static constexpr gchk_tensor_spec tensors[] = {\n"
    "    gradcheck::input(\"x\", \"N C\"),\n"
    "    gradcheck::parameter(\"w\", \"C\"),\n"
    "    gradcheck::output(\"y\", \"N C\"),\n"
    "    gradcheck::cache(\"r\", \"N\"),\n"
    "};\n"
    "\n"
    "// ---- 3. The callbacks. ----\n"
    "\n"
    "static void forward(const gradcheck::call &c) {\n"
    "  my_forward(c.value(\"y\"), c.value(\"r\"), c.value(\"x\"), c.value(\"w\"),\n"
    "             c.integer(\"N\"), c.integer(\"C\"));\n"
    "}\n"
    "\n"
    "static void backward(const gradcheck::call &c) {\n"
    "  my_backward(c.grad(\"x\"), c.grad(\"w\"), c.grad(\"y\"), c.value(\"x\"), c.value(\"w\"), c.value(\"r\"),\n"
    "              c.integer(\"N\"), c.integer(\"C\"));\n"
    "}\n"
    "\n"
    "// .sizes left out, gradcheck chooses several shapes. State, seeds, modes and options: gradcheck/layer.hpp.\n"
    "static constexpr gchk_layer layer =\n"
    "    gradcheck::layer(\"@\", GCHK_F64, tensors).forward<forward>().backward<backward>().sizes(\"N=3 C=5\");\n"
    "\n"
    "GCHK_PLUGIN(&layer) // or several: GCHK_PLUGIN(&layer, &another)\n",

    NULL};
/* clang-format on */

const char *const *gchk_plugin_template(bool is_cpp) {
  return is_cpp ? in_cpp : in_c;
}
