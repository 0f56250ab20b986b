/** How a gradient becomes a move. */
export const descentRules = ['gradientDescent', 'momentum', 'rmsprop', 'adam'] as const
export type DescentRule = (typeof descentRules)[number]

export interface DescentConstants {
  readonly rule: DescentRule
  /** momentum: share of the last move that is kept, 0 ≤ μ < 1. */
  readonly momentum: number
  /** adam: share of the mean gradient that is kept, 0 ≤ β₁ < 1. */
  readonly beta1: number
  /** adam and rmsprop: share of the mean squared gradient that is kept, 0 ≤ β₂ < 1. */
  readonly beta2: number
  /** adam and rmsprop: added to the root of the mean squared gradient. */
  readonly epsilon: number
}

/** The memory of a rule, one number per coordinate; never changed, a step gives a new one. */
export interface DescentState {
  readonly steps: number
  /** Velocity, or mean gradient. */
  readonly first: readonly number[]
  /** Mean squared gradient. */
  readonly second: readonly number[]
}

export function startDescent(dimension: number): DescentState {
  const zeros = new Array<number>(dimension).fill(0)
  return { steps: 0, first: zeros, second: zeros }
}

/**
 * One step of a rule: the next point is x − step size · direction.
 *
 * - gradientDescent: the gradient itself. A. Cauchy, 1847.
 * - momentum: v ← μ v + g. B. T. Polyak: Some methods of speeding up the convergence of iteration methods. USSR
 *   Computational Mathematics and Mathematical Physics 4(5), 1964, doi:10.1016/0041-5553(64)90137-5.
 * - rmsprop: s ← β₂ s + (1 − β₂) g², g / (√s + ε). T. Tieleman, G. Hinton: Neural networks for machine learning,
 *   lecture 6.5. 2012.
 * - adam: D. P. Kingma, J. Ba: Adam: A method for stochastic optimization. ICLR 2015, arXiv:1412.6980, algorithm 1.
 *
 * @param gradient one number per coordinate
 */
export function descend(
  state: DescentState,
  gradient: readonly number[],
  { rule, momentum, beta1, beta2, epsilon }: DescentConstants,
): { readonly state: DescentState; readonly direction: readonly number[] } {
  const steps = state.steps + 1
  const keep = (share: number, mean: readonly number[], values: readonly number[]): number[] =>
    values.map((value, axis) => share * (mean[axis] as number) + (1 - share) * value)
  switch (rule) {
    case 'gradientDescent':
      return { state: { ...state, steps }, direction: gradient }
    case 'momentum': {
      const first = gradient.map((g, axis) => momentum * (state.first[axis] as number) + g)
      return { state: { ...state, steps, first }, direction: first }
    }
    case 'rmsprop': {
      const second = keep(beta2, state.second, squares(gradient))
      const direction = gradient.map((g, axis) => g / (Math.sqrt(second[axis] as number) + epsilon))
      return { state: { ...state, steps, second }, direction }
    }
    case 'adam': {
      const first = keep(beta1, state.first, gradient)
      const second = keep(beta2, state.second, squares(gradient))
      const [correction1, correction2] = [1 - beta1 ** steps, 1 - beta2 ** steps]
      const direction = first.map(
        (m, axis) =>
          m / correction1 / (Math.sqrt((second[axis] as number) / correction2) + epsilon),
      )
      return { state: { steps, first, second }, direction }
    }
  }
}

function squares(values: readonly number[]): number[] {
  return values.map(value => value * value)
}
