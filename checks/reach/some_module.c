// Built with a compiler's coverage callbacks, and without.
int kernel(int x);
int kernel(int x) {
  return x > 0 ? x : -x;
}
