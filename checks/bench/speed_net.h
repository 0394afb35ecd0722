/*
 * The network that the programs beside this measure the least work on: 784-50-10, batch 3, with its base point, its
 * analytic gradients, and the losses of a changed unit. Each of them uses a part of it.
 */
#ifndef CHECKS_SPEED_NET_H
#define CHECKS_SPEED_NET_H

#define _GNU_SOURCE
#include <cblas.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
enum { N = 3, D = 784, H = 50, C = 10 };
static double x[N * D], W1[D * H], b1[H], W2[H * C], b2[C], z1[N * H], z2[N * C], base[N];
static double gW1[D * H], gb1[H], gW2[H * C], gb2[C], aW1[D * H], ab1[H], aW2[H * C], ab2[C];
static int label[N], idx[N][D], nnz[N];
static double xs[N][D + 8];
static double now(clockid_t c) {
  struct timespec t;
  clock_gettime(c, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}
static double frand(void) {
  double u = (rand() + 1.0) / (RAND_MAX + 2.0), v = rand() / (double)RAND_MAX;
  return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}
static int dense, E;
static double steps[3] = {1e-4, 2e-4, 4e-4};
static double relu(double v) {
  return v <= 0 ? 0 : v;
}
/* loss of row n for K values of activation change da of unit j; out[k] */
static void row_losses(int n, const double *w2, const double *da, int K, double *restrict out) {
  const double *z = z2 + n * C;
  double m = z[0];
  for (int c = 1; c < C; c++)
    m = fmax(m, z[c]);
  double zz[C], ww[C];
  for (int c = 0; c < C; c++)
    zz[c] = z[c] - m, ww[c] = w2[c];
  double zl = zz[label[n]], wl = ww[label[n]];
  double s[1600];
  for (int k = 0; k < K; k++)
    s[k] = 0;
  for (int c = 0; c < C; c++) {
    double a = zz[c], b = ww[c];
    for (int k = 0; k < K; k++)
      s[k] += exp(a + da[k] * b);
  }
  for (int k = 0; k < K; k++)
    out[k] = log(s[k]) - (zl + da[k] * wl);
}
static void base_point(void) {
  for (int n = 0; n < N; n++) {
    for (int j = 0; j < H; j++) {
      double s = b1[j];
      for (int i = 0; i < D; i++)
        s += x[n * D + i] * W1[i * H + j];
      z1[n * H + j] = s;
    }
    for (int c = 0; c < C; c++) {
      double s = b2[c];
      for (int j = 0; j < H; j++)
        s += relu(z1[n * H + j]) * W2[j * C + c];
      z2[n * C + c] = s;
    }
    nnz[n] = 0;
    for (int i = 0; i < D; i++)
      if (dense || x[n * D + i] != 0) {
        xs[n][nnz[n]] = x[n * D + i];
        idx[n][nnz[n]++] = i;
      }
  }
}
static void analytic(void) {
  memset(aW1, 0, sizeof aW1);
  memset(ab1, 0, sizeof ab1);
  memset(aW2, 0, sizeof aW2);
  memset(ab2, 0, sizeof ab2);
  for (int n = 0; n < N; n++) {
    double *z = z2 + n * C, m = z[0], s = 0, d[C];
    for (int c = 1; c < C; c++)
      m = fmax(m, z[c]);
    for (int c = 0; c < C; c++)
      s += d[c] = exp(z[c] - m);
    for (int c = 0; c < C; c++)
      d[c] = (d[c] / s - (c == label[n])) / N, ab2[c] += d[c];
    for (int j = 0; j < H; j++) {
      double a = relu(z1[n * H + j]), g = 0;
      for (int c = 0; c < C; c++)
        aW2[j * C + c] += a * d[c], g += d[c] * W2[j * C + c];
      if (z1[n * H + j] > 0) {
        ab1[j] += g;
        for (int i = 0; i < D; i++)
          aW1[i * H + j] += g * x[n * D + i];
      }
    }
  }
}
static void rank1(int j0, int j1) {
  double da[1600], out[1600];
  for (int j = j0; j < j1; j++)
    for (int n = 0; n < N; n++) {
      double z = z1[n * H + j], a = relu(z);
      int k = nnz[n];
      for (int e = 0; e < E / 2; e++) {
        double h = steps[e];
        for (int i = 0; i < k; i++) {
          da[i] = relu(z + h * xs[n][i]) - a;
          da[k + i] = relu(z - h * xs[n][i]) - a;
        }
        da[2 * k] = relu(z + h) - a;
        da[2 * k + 1] = relu(z - h) - a; /* b1 */
        row_losses(n, W2 + j * C, da, 2 * k + 2, out);
        if (e == 0) {
          for (int i = 0; i < k; i++)
            gW1[idx[n][i] * H + j] += (out[i] - out[k + i]) / (2 * h * N);
          gb1[j] += (out[2 * k] - out[2 * k + 1]) / (2 * h * N);
        }
      }
    }
}
static void gemm(int j0, int j1) { /* rows of a1, one a perturbation; K rows through affine2 and softmax */
  enum { K = 512 };
  static __thread double A[K * H], Z[K * C], out[K];
  static __thread int who[K][3];
  int k = 0;
  for (int j = j0; j < j1; j++)
    for (int n = 0; n < N; n++)
      for (int e = 0; e < E / 2; e++)
        for (int sgn = 0; sgn < 2; sgn++) {
          double h = sgn ? -steps[e] : steps[e], z = z1[n * H + j], arow[H];
          for (int q = 0; q < H; q++)
            arow[q] = relu(z1[n * H + q]);
          for (int i = 0; i <= nnz[n]; i++) {
            int last = j == j1 - 1 && n == N - 1 && e == E / 2 - 1 && sgn == 1 && i == nnz[n];
            memcpy(A + k * H, arow, sizeof arow);
            A[k * H + j] = relu(z + h * (i < nnz[n] ? xs[n][i] : 1));
            who[k][0] = n;
            who[k][1] = e == 0 ? (i < nnz[n] ? idx[n][i] * H + j : -1 - j) : -1000;
            who[k][2] = sgn;
            k++;
            if (k < K && !last)
              continue;
            for (int r = 0; r < k; r++)
              memcpy(Z + r * C, b2, sizeof b2);
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, k, C, H, 1, A, H, W2, C, 1, Z, C);
            for (int r = 0; r < k; r++) {
              double *zz = Z + r * C, m = zz[0];
              for (int c = 1; c < C; c++)
                m = zz[c] > m ? zz[c] : m;
              for (int c = 0; c < C; c++)
                zz[c] -= m;
            }
            static __thread double ex[K * C];
            for (int q = 0; q < k * C; q++)
              ex[q] = exp(Z[q]);
            for (int r = 0; r < k; r++) {
              double s = 0;
              for (int c = 0; c < C; c++)
                s += ex[r * C + c];
              out[r] = s;
            }
            for (int r = 0; r < k; r++)
              out[r] = log(out[r]);
            for (int r = 0; r < k; r++) {
              double l = (out[r] - Z[r * C + label[who[r][0]]]) / (2 * steps[0] * N);
              if (who[r][2])
                l = -l;
              if (who[r][1] >= 0)
                gW1[who[r][1]] += l;
              else if (who[r][1] > -1000)
                gb1[-1 - who[r][1]] += l;
            }
            k = 0;
          }
        }
}
static void second_layer(void) { /* W2, b2: 510 elements, scalar */
  for (int q = 0; q <= H; q++)
    for (int c = 0; c < C; c++) {
      double g = 0;
      for (int n = 0; n < N; n++) {
        double a = q < H ? relu(z1[n * H + q]) : 1;
        if (a == 0)
          continue;
        double l[2];
        for (int e = 0; e < E / 2; e++)
          for (int s = 0; s < 2; s++) {
            double h = s ? -steps[e] : steps[e], sum = 0;
            const double *z = z2 + n * C;
            double m = z[0];
            for (int d = 1; d < C; d++)
              m = fmax(m, z[d]);
            for (int d = 0; d < C; d++)
              sum += exp(z[d] - m + (d == c ? h * a : 0));
            double v = log(sum) - (z[label[n]] - m + (label[n] == c ? h * a : 0));
            if (e == 0)
              l[s] = v;
          }
        g += (l[0] - l[1]) / (2 * steps[0] * N);
      }
      if (q < H)
        gW2[q * C + c] = g;
      else
        gb2[c] = g;
    }
}

#endif
