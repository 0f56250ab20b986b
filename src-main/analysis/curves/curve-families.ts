/**
 * Shapes that learning curves take: value = c + a·φ(t), linear in c and a, with at most one further number that is
 * tried from a list. t counts observations from 1.
 *
 * T. Domhan, J. T. Springenberg, F. Hutter: Speeding up automatic hyperparameter optimization of deep neural
 * networks by extrapolation of learning curves. IJCAI 2015 (table 1: pow3, ilog2 and others).
 * T. Viering, M. Loog: The shape of learning curves: a review. 2021, arXiv:2103.10948.
 */
export interface CurveFamily {
  readonly name: 'flat' | 'power' | 'exponential' | 'logarithmic'
  /** Numbers that are fitted. */
  readonly size: number
  /** Each with φ falling to 0, so that c is where the curve ends; none for `flat`. */
  readonly shapes: readonly ((t: number) => number)[]
}

/** @param last time of the last observation; the time that an exponential takes is judged by it */
export function curveFamilies(last: number): CurveFamily[] {
  return [
    { name: 'flat', size: 1, shapes: [] },
    {
      name: 'power',
      size: 3,
      shapes: [0.25, 0.5, 0.75, 1, 1.5, 2, 3].map(
        exponent =>
          (t: number): number =>
            t ** -exponent,
      ),
    },
    {
      name: 'exponential',
      size: 3,
      shapes: [0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.4, 0.57, 0.8, 1.1, 1.6].map(
        share =>
          (t: number): number =>
            Math.exp(-t / (share * last)),
      ),
    },
    { name: 'logarithmic', size: 2, shapes: [(t): number => 1 / Math.log2(t + 1)] },
  ]
}
