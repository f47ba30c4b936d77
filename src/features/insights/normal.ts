/** Standard normal quantile of 0.975: half the width of a 95 % interval in standard errors. */
export const Z = 1.959963984540054;

/** Beyond, the series loses the digits of a small tail and the continued fraction needs few terms. */
const SERIES_LIMIT = 2;

/** 1 − (2/√π) e^(−x²) Σ 2^k x^(2k+1) / (2k+1)!!; Abramowitz and Stegun 7.1.6, all terms positive. */
function erfcBySeries(x: number): number {
  let term = x;
  let sum = x;
  for (let odd = 3; term > sum * Number.EPSILON; odd += 2) {
    term *= (2 * x * x) / odd;
    sum += term;
  }
  return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** e^(−x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + …))); Abramowitz and Stegun 7.1.14. Sixty levels are exact from 2 on. */
function erfcByFraction(x: number): number {
  let tail = x;
  for (let level = 60; level > 0; level -= 1) tail = x + level / 2 / tail;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail;
}

/** Complementary error function for x ≥ 0, to thirteen digits of its own size also far out. */
export const erfc = (x: number): number => (x < SERIES_LIMIT ? erfcBySeries(x) : erfcByFraction(x));
