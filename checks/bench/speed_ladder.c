/* The least work for the same job with bounds and verdicts: every element of 784-50-10 (batch 3). */
#include "speed_net.h"

/* Three steps 4 h, h, h/4 (h per element, a power of two), six evaluations, and the whole arithmetic of the ladder's
 * common path (rounding, truncation, asymmetry, wanted bound, judgement) in arrays; counts those that it does not settle. */
enum { M = D + 1 };
static double rms;
static long unsettled, wrong, flat;
static double lmax0[N];
static void ladder(int j) {
  static double P[3][M], Q[3][M], h[M], da[2 * M], out[2 * M], hx[M], value[M], bound[M];
  static unsigned char ok[M], bad[M], fl[M];
  memset(P, 0, sizeof P);
  memset(Q, 0, sizeof Q);
  for (int i = 0; i < M; i++) {
    double w = fabs(i < D ? W1[i * H + j] : b1[j]), s = i < D ? fmax(w, rms) : 1;
    h[i] = ldexp(1, ilogb(s) - 9);
  }
  for (int n = 0; n < N; n++) {
    double z = z1[n * H + j], a = relu(z);
    int k = nnz[n];
    for (int i = 0; i < k; i++)
      hx[i] = h[idx[n][i]] * xs[n][i];
    hx[k] = h[D];
    k++;
    /* no step reaches beyond the kink: nothing moves */
    double zero = 0;
    row_losses(n, W2 + j * C, &zero, 1, &base[n]);
    double l0 = base[n];
    double far = 0;
    for (int i = 0; i < k; i++)
      far = fmax(far, 4 * fabs(hx[i]));
    if (z + far <= 0)
      continue;
    for (int e = 0; e < 3; e++) {
      double f = e == 0 ? 4 : e == 1 ? 1 : 0.25;
      for (int i = 0; i < k; i++) {
        da[i] = relu(z + f * hx[i]) - a;
        da[k + i] = relu(z - f * hx[i]) - a;
      }
      row_losses(n, W2 + j * C, da, 2 * k, out);
      for (int i = 0; i < k - 1; i++) {
        P[e][idx[n][i]] += out[i] - l0;
        Q[e][idx[n][i]] += l0 - out[k + i];
      }
      P[e][D] += out[k - 1] - l0;
      Q[e][D] += l0 - out[2 * k - 1];
    }
  }
  const double u = 0x1p-53, tol = 2 * pow(u, 0.4), stol = sqrt(tol);
  double y0 = (base[0] + base[1] + base[2]) / N;
  for (int i = 0; i < M; i++) {
    double Dk[3], S[3], R[3], st = 0;
    for (int e = 0; e < 3; e++) {
      double hh = h[i] * (e == 0 ? 4 : e == 1 ? 1 : 0.25), p = P[e][i] / (N * hh), q = Q[e][i] / (N * hh);
      Dk[e] = (p + q) / 2;
      S[e] = p - q;
      R[e] = u * (y0 + fabs(P[e][i]) / N) / hh + 4 * u * fabs(Dk[e]);
      double lg = fmax(fabs(p), fabs(q));
      st = lg > 4 * R[e] ? fmax(st, lg) : st;
    }
    double ch = fabs(Dk[1] - Dk[2]), be = fabs(Dk[0] - Dk[1]), T = fmax(ch / 15, be / 240),
           ratio = fmin(fmax(be / (ch + 1e-300), 2), 16);
    T = ch > R[1] + R[2] ? fmax(T, ch / (ratio - 1)) : T;
    double as2 = fabs(S[2] - S[1] / 4), as1 = fabs(S[1] - S[0] / 4);
    as2 = as2 > 4 * (R[2] + R[1] / 4) ? as2 : 0;
    as1 = as1 > 4 * (R[1] + R[0] / 4) ? as1 : 0;
    double b = 2 * T + fmax(R[2], as2 - as1 / 32),
           want = fabs(Dk[2]) > 3 * b ? tol * fabs(Dk[2]) : fmax(tol * fabs(Dk[2]), stol * st);
    value[i] = Dk[2];
    bound[i] = b;
    fl[i] = P[0][i] == 0 && Q[0][i] == 0 && P[2][i] == 0 && Q[2][i] == 0;
    ok[i] = b <= want || fl[i];
    bad[i] = fabs((i < D ? aW1[i * H + j] : ab1[j]) - Dk[2]) > b * 1.0;
  }
  for (int i = 0; i < M; i++) {
    unsettled += !ok[i];
    wrong += bad[i] && !fl[i];
    flat += fl[i];
    if (i < D)
      gW1[i * H + j] = value[i];
    else
      gb1[j] = value[i];
  }
}
int main(int argc, char **argv) {
  FILE *f = fopen(argv[1], "rb");
  if (!f || fread(x, 8, N * D, f) != N * D || fread(label, 4, N, f) != N)
    return 1;
  for (int i = 0; i < D * H; i++)
    W1[i] = 0.01 * frand(), rms += W1[i] * W1[i] / (D * H);
  rms = sqrt(rms);
  for (int i = 0; i < H * C; i++)
    W2[i] = 0.01 * frand();
  for (dense = 0; dense < 2; dense++) {
    double best = 1e9;
    E = 6;
    for (int r = 0; r < 60; r++) {
      unsettled = wrong = flat = 0;
      double c0 = now(CLOCK_PROCESS_CPUTIME_ID);
      base_point();
      analytic();
      for (int j = 0; j < H; j++)
        ladder(j);
      second_layer();
      best = fmin(best, now(CLOCK_PROCESS_CPUTIME_ID) - c0);
    }
    double d = 0;
    for (int i = 0; i < D * H; i++)
      d += fabs(gW1[i] - aW1[i]) / (D * H);
    printf("ladder %s: cpu %.6f s, mean|a-n| W1 %.3g, of %d: flat %ld, unsettled %ld, beyond one bound %ld\n",
           dense ? "kept" : "skip", best, d, M * H, flat, unsettled, wrong);
  }
}
