/* The least work for the same job: every element of 784-50-10 (batch 3), central differences, E evaluations each.
 * rank1: only what changes: z1[n,j] += h x[n,i], z2[n,:] += da W2[j,:], log-sum-exp of row n. Vectorised over i.
 * gemm:  a generic design: changed rows are compacted to a batch of K rows, the rest of the network runs on that batch
 * by GEMM.
 * Rows with x[n,i] == 0 are skipped (bit-identical result) unless DENSE. */
#include "speed_net.h"

static int use_gemm;
static void *half(void *p) {
  int t = *(int *)p;
  (use_gemm ? gemm : rank1)(t == 0 ? 0 : H / 2, t == 0 ? H / 2 : H);
  return 0;
}
int main(int argc, char **argv) {
  FILE *f = fopen(argv[1], "rb");
  if (!f || fread(x, 8, N * D, f) != N * D || fread(label, 4, N, f) != N)
    return 1;
  for (int i = 0; i < D * H; i++)
    W1[i] = 0.01 * frand();
  for (int i = 0; i < H * C; i++)
    W2[i] = 0.01 * frand();
  openblas_set_num_threads(1);
  printf("%-6s %-6s %2s %2s  %10s %10s  mean|a-n| W1\n", "kind", "zeros", "E", "th", "cpu s", "wall s");
  for (use_gemm = 0; use_gemm < 2; use_gemm++)
    for (dense = 0; dense < 2; dense++)
      for (E = 2; E <= 6; E += 2)
        for (int th = 1; th <= 2; th++) {
          double best = 1e9, wall = 1e9;
          for (int r = 0; r < 30; r++) {
            memset(gW1, 0, sizeof gW1);
            memset(gb1, 0, sizeof gb1);
            double c0 = now(CLOCK_PROCESS_CPUTIME_ID), w0 = now(CLOCK_MONOTONIC);
            base_point();
            if (th == 1)
              (use_gemm ? gemm : rank1)(0, H);
            else {
              pthread_t a;
              int i0 = 0, i1 = 1;
              pthread_create(&a, 0, half, &i0);
              half(&i1);
              pthread_join(a, 0);
            }
            second_layer();
            best = fmin(best, now(CLOCK_PROCESS_CPUTIME_ID) - c0);
            wall = fmin(wall, now(CLOCK_MONOTONIC) - w0);
          }
          analytic();
          double d = 0, d2 = 0, d3 = 0;
          for (int i = 0; i < D * H; i++)
            d += fabs(gW1[i] - aW1[i]) / (D * H);
          for (int i = 0; i < H; i++)
            d2 += fabs(gb1[i] - ab1[i]) / H;
          for (int i = 0; i < H * C; i++)
            d3 += fabs(gW2[i] - aW2[i]) / (H * C);
          printf("%-6s %-6s %2d %2d  %10.6f %10.6f  %.3g %.3g %.3g\n", use_gemm ? "gemm" : "rank1",
                 dense ? "kept" : "skip", E, th, best, wall, d, d2, d3);
        }
}
