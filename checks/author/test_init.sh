# `gradcheck init`: plug-ins that it guesses compile without a warning and pass as they are; with wrong kernels they fail. What
# it cannot read is said with its place, whatever it is.
. "$(dirname -- "$0")/../cli/lib.sh"
. "$source_dir/checks/author/compilers.sh"
cp "$source_dir"/checks/author/*.[ch] "$source_dir"/checks/examples/kernels.[ch] "$work"
cd "$work" || exit 1
mkdir bin
ln -s "$gradcheck" bin/gradcheck

# takes_its_own_advice: what init said to type is typed; of the mutants, a few.
takes_its_own_advice() {
  grep -E '^  (cc|gradcheck) ' out | sed 's/ -- / --limit 6 --min-score 50% -- /' >advice
  count=$((count + 1))
  PATH=$work/bin:$PATH sh -e advice >advised 2>&1 || fail "its own commands do not pass: $(tail -n 5 advised)"
  count=$((count + 1))
  grep -q '^mutants 6 (a sample of .* caught)$' advised || fail "its own commands tried no mutants: $(tail -n 1 advised)"
}

# The layers of a GPT. Nothing is left for a person to do.
run 0 init llm.h
says out "llm_gradcheck.c: 7 layers, guessed from the names of llm.h"
lacks out TODO
lacks llm_gradcheck.c "TODO:"
says out "  crossentropy_softmax, B=2 T=3 V=7 Vp=7:"
says out "encoder, B=2 T=3 C=8 V=7:"
says out "preatt (B NH T T) cache"
says out "1 more, whose names say neither forward nor backward"
says out "cc \$(gradcheck --cflags) -O1 -shared -fPIC -g -o llm_gradcheck.so llm_gradcheck.c llm.c -lm"
says out "-include gradcheck/as_double.h -O1 -shared -fPIC -g -o llm_gradcheck.twin.so"
says out "gradcheck run llm_gradcheck.so"
for compiler in $(compilers gcc clang); do
  builds "$compiler $c_warnings" ./llm.o llm_gradcheck.c
done
builds cc ./llm_gradcheck.so llm_gradcheck.c llm.c
builds "cc -include gradcheck/as_double.h" ./llm_gradcheck.twin.so llm_gradcheck.c llm.c
run 0 run llm_gradcheck.so
says out "PASS  26 cases: 25 pass, 0 fail, 0 inconclusive, 1 skipped, 0 error"
builds "cc -DWRONG" ./wrong.so llm_gradcheck.c llm.c
builds "cc -DWRONG -include gradcheck/as_double.h" ./wrong.twin.so llm_gradcheck.c llm.c
run 1 run wrong.so
for tensor in "layernorm: inp" "matmul: weight" "gelu: inp" "residual: inp2"; do
  says out "FAIL $tensor"
done

# It is never written over.
cp llm_gradcheck.c kept.c
run 2 init llm.h
says err "llm_gradcheck.c is there already, and is left as it is"
same llm_gradcheck.c kept.c
run 2 init llm.h -o llm.h
says err "llm.h"

# The README's kernels, whose pointers are const where they are read; a source in place of a header; elsewhere; a pipe.
run 0 init kernels.h --output layers.c
builds cc ./layers.so layers.c kernels.c
run 0 run layers.so --no-twin
says out "PASS  4 cases: 4 pass"
run 0 init kernels.c
lacks out "kernels_gradcheck.c kernels.c"
takes_its_own_advice
builds cc ./source.so kernels_gradcheck.c
run 0 list source.so
mkdir elsewhere
run 0 init kernels.h -o elsewhere/k.c
says out "-I. -O1 -shared"
takes_its_own_advice
run 0 init kernels.c -o elsewhere/source.c
takes_its_own_advice
builds "cc -I." ./elsewhere.so elsewhere/k.c kernels.c
run 0 init kernels.h -o -
says out 'GCHK_PLUGIN(&check_layernorm)'
says err 'layernorm, B=2 T=3 C=8:'

# An inline function of C99 is in no object, but where it is inlined.
cat >square.c <<'C'
inline float twice(float x) { return 2 * x; }
void square_forward(float *out, const float *inp, int N) {
  for (int i = 0; i < N; i++)
    out[i] = inp[i] * inp[i];
}
void square_backward(float *dinp, const float *dout, const float *inp, int N) {
  for (int i = 0; i < N; i++)
    dinp[i] += twice(inp[i]) * dout[i];
}
C
run 0 init square.c
takes_its_own_advice
builds cc ./plain.so square_gradcheck.c -O0
run 2 run plain.so
says err "undefined symbol: twice"
says err "compile with -fgnu89-inline, or make it static inline"
builds cc ./plain.so square_gradcheck.c -O0 -fgnu89-inline
run 0 list plain.so

# Structs with pointers of their own, a callback that nobody knows, a loss that is returned.
run 0 init nets.h
says out "3 layers, guessed from the names of nets.h. Compare it with what you know; 4 places say TODO."
says nets_gradcheck.c 'GCHK_POINTER(Dense, weight_updates, "weights", GCHK_GRAD)'
says nets_gradcheck.c 'GCHK_POINTER(Dense, delta, "output", GCHK_GRAD)'
says nets_gradcheck.c 'NULL /* TODO: trace */'
says nets_gradcheck.c 'made->memory stays zero'
for compiler in $(compilers gcc clang); do
  builds "$compiler $c_warnings" ./nets.o nets_gradcheck.c
done
builds cc ./nets_gradcheck.so nets_gradcheck.c nets.c
run 0 run nets_gradcheck.so
says out "PASS  16 cases: 16 pass"
builds "cc -DWRONG" ./wrong_nets.so nets_gradcheck.c nets.c
run 1 run wrong_nets.so
says out "FAIL dense: input"
says out "FAIL leaky: x"
says out "FAIL mse: pred"

# Names in other orders and spellings.
cat >names.h <<'C'
void forward_relu(const float *x, float *y, int n);
void backward_relu(const float *x, const float *grad_y, float *grad_x, int n);
void AffineForward(const double *X, const double *W, const double *b, double *Y, int N, int in_dim, int out_dim);
void AffineBackward(const double *X, const double *W, const double *dY, double *dX, double *dW, double *db, int N,
                    int in_dim, int out_dim);
void tanh_layer(float *out, const float *inp, int n);
void tanh_layer_grad(float *inp_grad, const float *out_grad, const float *out, int n);
void scale_fprop(float *out, const float *in, unsigned n, float factor, int knob, const float *oddity);
void scale_bprop(float *din, const float *dout, unsigned n, float factor, int knob);
void lonely_forward(float *out, const float *inp, int n);
void widow_backward(float *dinp, const float *dout, int n);
C
run 0 init names.h
says out "  relu, n=12:"
says out "  Affine, N=4 in_dim=8 out_dim=5:"
says out "W (out_dim in_dim) parameter"
says out "  tanh_layer, n=12:"
says out "names.h:10: lonely_forward has no backward here"
says out "names.h:11: widow_backward has no forward here"
says names_gradcheck.c "/* TODO: what is knob, and what values may it have? */"
says names_gradcheck.c "/* TODO: its value, and between which bounds? */"
says names_gradcheck.c "TODO: no gradient of it was found: GCHK_INPUT where there is one, GCHK_CACHE where forward writes it"
for compiler in $(compilers gcc clang); do
  builds "$compiler $c_warnings" ./names.o names_gradcheck.c
done

# A size that no tensor was given, and the same one where a shape has it.
cat >spare.h <<'C'
void dense_forward(float *y, const float *x, const float *w, const float *b, int B, int C, int K);
void dense_backward(float *dx, float *dw, float *db, const float *dy, const float *x, const float *w, int B, int C, int K);
void conv_forward(float *y, const float *x, const float *w, int B, int C, int H, int W, int OC, int K);
void conv_backward(float *dx, float *dw, const float *dy, const float *x, const float *w, int B, int C, int H, int W, int OC, int K);
C
run 0 init spare.h
says out "1 place says TODO"
says spare_gradcheck.c "/* TODO: no shape above has K: which must? */"

# refuses FILE WHAT: it is said, with the place, and nothing is written.
refuses() {
  run 2 init "$1"
  says err "$2"
  [ ! -e "${1%.h}_gradcheck.c" ] || fail "something was made of $1"
}
printf 'int a;\nvoid f(int x;\n' >open.h
refuses open.h "open.h:2: this '(' is never closed"
printf 'int a;\nvoid f(int x];\n' >other.h
refuses other.h "other.h:2: ']' cannot close the '(' of line 2"
printf '\n\n}\n' >closed.h
refuses closed.h "closed.h:3: nothing is open that this '}' could close"
printf 'int a;\n/* no end\n' >comment.h
refuses comment.h "comment.h:2: this comment has no end"
printf 'const char *s = "abc\n;\n' >string.h
refuses string.h "string.h:1: this string has no end"
printf 'int a;\n\000\n' >zero.h
refuses zero.h "zero.h:2: a byte of 0: this is no text"
printf '#if 1\n#else\n#endif\n#endif\n' >endif.h
refuses endif.h "endif.h:4: there is no #if to this #endif"
head -c 1000000 /dev/zero | tr '\000' '(' >parentheses.h
refuses parentheses.h "parentheses.h:1: this '(' is never closed"
{ head -c 500000 /dev/zero | tr '\000' '('; head -c 500000 /dev/zero | tr '\000' ')'; } >nested.h
refuses nested.h "nested.h: no forward with its backward is here"
head -c 3000000 /dev/zero | tr '\000' ' ' >large.h
refuses large.h "large.h"
printf 'void relu_forward(x, y, n) float *x, *y; int n; { }\nvoid relu_backward(dx, dy, n) float *dx, *dy; int n; { }\n' >old.h
refuses old.h "is declared without the types of its parameters"
printf 'void r_forward(float *, const float *, int);\nvoid r_backward(float *, const float *, int);\n' >unnamed.h
refuses unnamed.h "has parameters without names"
printf 'void r_forward(float *y, const float *x);\nvoid r_forward(float *y, const float *x, int n);\nvoid r_backward(float *dx, const float *dy);\n' >twice.h
refuses twice.h "twice.h:1: r_forward is declared twice, with other parameters"
printf 'template <class T> void r_forward(T *y, const T *x);\nvoid r_backward(float *dx, const float &dy);\n' >cpp.h
refuses cpp.h "cpp.h:2: r_backward has no forward here"
printf '#define F(x) { ( [ x\nvoid (*table[3])(int);\nint (*pick(void))(float);\nenum e { A, B };\nunion u { int i; };\n__attribute__((unused)) static int v = (3 + 4);\n' >odd.h
refuses odd.h "odd.h: no forward with its backward is here"
: >empty.h
refuses empty.h "empty.h: no forward with its backward is here"
refuses missing.h "missing.h"
run 2 init kernels.hpp
says err "kernels.hpp: a header or a source of C is wanted (.h, .c); for C++, \`gradcheck new layer.cpp\`"
run 2 init .
run 2 init kernels.h -o kernels.py
says err "kernels.py: the plug-in is a file of C (.c)"
run 2 init
passed
