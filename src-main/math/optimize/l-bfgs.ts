import { addScaled, clamp } from '../numbers.ts'
/**
 * L-BFGS inside a box: the limited-memory quasi-Newton direction on the coordinates that are free to move,
 * followed along its projection into the box. A coordinate is held while it lies on a bound and the
 * slope pushes it outwards.
 *
 * - J. Nocedal: Updating quasi-Newton matrices with limited storage. Mathematics of Computation 35, 1980,
 *   773–782, doi:10.1090/S0025-5718-1980-0572855-7 (two-loop recursion).
 * - D. P. Bertsekas: Projected Newton methods for optimization problems with simple constraints. SIAM
 *   Journal on Control and Optimization 20, 1982, 221–246, doi:10.1137/0320018 (held coordinates, step
 *   along the projection).
 */
export interface LbfgsSetting {
  /** Lowest and highest value of each coordinate; ∓Infinity where there is none. */
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** Default 200. */
  readonly maxIterations?: number
  /** Stops when no coordinate of x − P(x − gradient) is larger; default 1e-5. */
  readonly gradientTolerance?: number
  /** Stops when an iteration gains less than this, relative to max(|f|, 1); default 1e-10. */
  readonly valueTolerance?: number
  /** Pairs of steps remembered; default 10. */
  readonly memory?: number
}

export interface LbfgsResult {
  readonly x: Float64Array
  readonly value: number
  readonly iterations: number
  readonly evaluations: number
}

/**
 * A function to minimize: returns its value at x and writes its gradient. A value that is not finite counts
 * as too large a step.
 */
export type DifferentiableFunction = (x: Float64Array, gradient: Float64Array) => number

/** Sufficient decrease (Nocedal, Wright: Numerical optimization, 2006, equation 3.4). */
const ARMIJO = 1e-4
const MAX_HALVINGS = 25

/**
 * A local minimum near `start`, which is moved into the box first. The value is never above that of
 * the start.
 */
export function minimizeLbfgs(
  evaluate: DifferentiableFunction,
  start: Float64Array,
  setting: LbfgsSetting,
): LbfgsResult {
  const search = searchLbfgs(start, setting)
  let turn = search.next()
  while (turn.done !== true) turn = search.next(evaluate(turn.value.x, turn.value.gradient))
  return turn.value
}

/** The same for a function whose value takes time. */
export async function minimizeLbfgsAsync(
  evaluate: (...at: Parameters<DifferentiableFunction>) => Promise<number>,
  start: Float64Array,
  setting: LbfgsSetting,
): Promise<LbfgsResult> {
  const search = searchLbfgs(start, setting)
  let turn = search.next()
  while (turn.done !== true) turn = search.next(await evaluate(turn.value.x, turn.value.gradient))
  return turn.value
}

interface Question {
  readonly x: Float64Array
  /** To be filled in. */
  readonly gradient: Float64Array
}

/** Asks for the value and gradient at one point after another. */
function* searchLbfgs(
  start: Float64Array,
  setting: LbfgsSetting,
): Generator<Question, LbfgsResult, number> {
  const { lower, upper } = setting
  const maxIterations = setting.maxIterations ?? 200
  const gradientTolerance = setting.gradientTolerance ?? 1e-5
  const valueTolerance = setting.valueTolerance ?? 1e-10
  const history = new StepHistory(start.length, setting.memory ?? 10)
  const n = start.length

  let x = Float64Array.from(start, (value, i) => intoBox(value, lower, upper, i))
  let gradient = new Float64Array(n)
  let value = yield { x, gradient }
  let evaluations = 1
  let iterations = 0
  let next = new Float64Array(n)
  let nextGradient = new Float64Array(n)
  const direction = new Float64Array(n)

  while (iterations < maxIterations && Number.isFinite(value)) {
    if (largestProjectedStep(x, gradient, lower, upper) <= gradientTolerance) break
    for (let i = 0; i < n; i++) {
      direction[i] = isHeld(x, gradient, lower, upper, i) ? 0 : -(gradient[i] as number)
    }
    const steepest = Math.sqrt(inner(direction, direction))
    history.apply(direction)
    if (!(inner(direction, gradient) < -1e-10 * steepest * steepest)) {
      history.clear()
      for (let i = 0; i < n; i++) {
        direction[i] = isHeld(x, gradient, lower, upper, i) ? 0 : -(gradient[i] as number)
      }
    }
    // Without curvature the length of a step is unknown: at most 1 in all.
    let length = history.size === 0 ? Math.min(1, 1 / steepest) : 1
    let accepted = false
    let nextValue = value
    for (let halving = 0; halving < MAX_HALVINGS; halving++) {
      let slope = 0
      let moved = false
      for (let i = 0; i < n; i++) {
        const to = intoBox((x[i] as number) + length * (direction[i] as number), lower, upper, i)
        next[i] = to
        const change = to - (x[i] as number)
        if (change !== 0) moved = true
        slope += change * (gradient[i] as number)
      }
      if (!moved) break
      nextValue = yield { x: next, gradient: nextGradient }
      evaluations++
      if (nextValue <= value + ARMIJO * slope) {
        accepted = true
        break
      }
      length *= shorterShare(value, nextValue, slope)
    }
    if (!accepted) {
      if (history.size === 0) break
      // The curvature misled: once more along the gradient.
      history.clear()
      continue
    }
    iterations++
    history.push(x, next, gradient, nextGradient)
    const gain = value - nextValue
    ;[x, next] = [next, x]
    ;[gradient, nextGradient] = [nextGradient, gradient]
    value = nextValue
    if (gain <= valueTolerance * Math.max(Math.abs(value), 1)) break
  }
  return { x, value, iterations, evaluations }
}

/** Minimum of the parabola through both values and the first slope, as a share of the step, 0.1…0.5. */
function shorterShare(value: number, nextValue: number, slope: number): number {
  const share = -slope / (2 * (nextValue - value - slope))
  return share >= 0.1 && share <= 0.5 ? share : share > 0.5 ? 0.5 : 0.1
}

function intoBox(value: number, lower: Float64Array, upper: Float64Array, i: number): number {
  return clamp(value, lower[i] as number, upper[i] as number)
}

function isHeld(
  x: Float64Array,
  gradient: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
  i: number,
): boolean {
  const slope = gradient[i] as number
  return slope > 0
    ? (x[i] as number) <= (lower[i] as number)
    : (x[i] as number) >= (upper[i] as number)
}

function largestProjectedStep(
  x: Float64Array,
  gradient: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
): number {
  let largest = 0
  for (let i = 0; i < x.length; i++) {
    const to = intoBox((x[i] as number) - (gradient[i] as number), lower, upper, i)
    largest = Math.max(largest, Math.abs(to - (x[i] as number)))
  }
  return largest
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

/** The last steps and changes of the gradient, which stand for the inverse Hessian matrix. */
class StepHistory {
  size = 0
  readonly #memory: number
  readonly #steps: Float64Array[]
  readonly #changes: Float64Array[]
  readonly #curvatures: Float64Array
  readonly #factors: Float64Array
  #newest = -1

  constructor(dimension: number, memory: number) {
    this.#memory = memory
    this.#steps = Array.from({ length: memory }, () => new Float64Array(dimension))
    this.#changes = Array.from({ length: memory }, () => new Float64Array(dimension))
    this.#curvatures = new Float64Array(memory)
    this.#factors = new Float64Array(memory)
  }

  clear(): void {
    this.size = 0
  }

  push(
    x: Float64Array,
    next: Float64Array,
    gradient: Float64Array,
    nextGradient: Float64Array,
  ): void {
    const slot = (this.#newest + 1) % this.#memory
    const step = this.#steps[slot] as Float64Array
    const change = this.#changes[slot] as Float64Array
    for (let i = 0; i < x.length; i++) {
      step[i] = (next[i] as number) - (x[i] as number)
      change[i] = (nextGradient[i] as number) - (gradient[i] as number)
    }
    const curvature = inner(step, change)
    // Without positive curvature the pair would spoil the matrix.
    if (!(curvature > 1e-10 * inner(change, change) ** 0.5 * inner(step, step) ** 0.5)) return
    this.#curvatures[slot] = curvature
    this.#newest = slot
    this.size = Math.min(this.size + 1, this.#memory)
  }

  /** Replaces −gradient by the quasi-Newton direction; coordinates at 0 are held and stay so. */
  apply(direction: Float64Array): void {
    if (this.size === 0) return
    const held = Array.from(direction, value => value === 0)
    for (let back = 0; back < this.size; back++) {
      const slot = (this.#newest - back + this.#memory) % this.#memory
      const factor =
        inner(this.#steps[slot] as Float64Array, direction) / (this.#curvatures[slot] as number)
      this.#factors[slot] = factor
      addScaled(direction, this.#changes[slot] as Float64Array, -factor)
    }
    const last = this.#changes[this.#newest] as Float64Array
    const scale = (this.#curvatures[this.#newest] as number) / inner(last, last)
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] as number) * scale
    for (let back = this.size - 1; back >= 0; back--) {
      const slot = (this.#newest - back + this.#memory) % this.#memory
      const overlap =
        inner(this.#changes[slot] as Float64Array, direction) / (this.#curvatures[slot] as number)
      addScaled(
        direction,
        this.#steps[slot] as Float64Array,
        (this.#factors[slot] as number) - overlap,
      )
    }
    held.forEach((isFixed, i) => {
      if (isFixed) direction[i] = 0
    })
  }
}
