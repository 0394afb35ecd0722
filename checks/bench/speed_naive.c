/* full forward, twice an element, OpenBLAS; 784-50-10, batch 3. usage: naive rows_file(3x784 doubles) labels */
#define _GNU_SOURCE
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
enum { N = 3, D = 784, H = 50, C = 10 };
static double x[N * D], W1[D * H], b1[H], W2[H * C], b2[C], z1[N * H], z2[N * C];
static int label[N];
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}
static double loss(void) {
  for (int n = 0; n < N; n++)
    memcpy(z1 + n * H, b1, sizeof b1);
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, H, D, 1, x, D, W1, H, 1, z1, H);
  for (int i = 0; i < N * H; i++)
    z1[i] = z1[i] <= 0 ? 0 : z1[i];
  for (int n = 0; n < N; n++)
    memcpy(z2 + n * C, b2, sizeof b2);
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, C, H, 1, z1, H, W2, C, 1, z2, C);
  double l = 0;
  for (int n = 0; n < N; n++) {
    double *z = z2 + n * C, m = z[0], s = 0;
    for (int c = 1; c < C; c++)
      m = fmax(m, z[c]);
    for (int c = 0; c < C; c++)
      s += exp(z[c] - m);
    l += m + log(s) - z[label[n]];
  }
  return l / N;
}
static double frand(void) {
  double u = (rand() + 1.0) / (RAND_MAX + 2.0), v = rand() / (double)RAND_MAX;
  return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}
int main(int argc, char **argv) {
  FILE *f = fopen(argv[1], "rb");
  if (fread(x, 8, N * D, f) != N * D || fread(label, 4, N, f) != N)
    return 1;
  for (int i = 0; i < D * H; i++)
    W1[i] = 0.01 * frand();
  for (int i = 0; i < H * C; i++)
    W2[i] = 0.01 * frand();
  openblas_set_num_threads(1);
  double best = 1e9, sum = 0;
  double *P[] = {W1, b1, W2, b2};
  int L[] = {D * H, H, H * C, C};
  int reps = argc > 2 ? atoi(argv[2]) : 3;
  for (int r = 0; r < reps; r++) {
    double t0 = now();
    sum = 0;
    for (int p = 0; p < 4; p++)
      for (int i = 0; i < L[p]; i++) {
        double v = P[p][i];
        P[p][i] = v + 1e-4;
        double a = loss();
        P[p][i] = v - 1e-4;
        double b = loss();
        P[p][i] = v;
        sum += fabs((a - b) / 2e-4);
      }
    best = fmin(best, now() - t0);
  }
  printf("naive %s: %.4f s cpu, sum|g| %.12g\n", openblas_get_corename(), best, sum);
}
