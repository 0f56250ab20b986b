import type { RandomStream } from './random-stream.ts'

/** Independent normal priors, one per variable. */
export interface NormalPriors {
  readonly means: Float64Array
  /** > 0. */
  readonly deviations: Float64Array
}

export interface SliceState {
  readonly values: Float64Array
  readonly logLikelihood: number
}

/** Radians; a bracket that narrow holds nothing but the present state. */
const NARROWEST = 1e-9

/**
 * One step of a Markov chain whose distribution is prior × likelihood: a point on the ellipse through the present state and a draw of
 * the prior. It has no step size to choose.
 *
 * I. Murray, R. P. Adams, D. J. C. MacKay: Elliptical slice sampling. AISTATS 2010, arXiv:1001.0808, figure 2.
 * @param logLikelihood −∞ where the likelihood is 0; must be finite at `state`
 */
export function ellipticalSlice(
  state: SliceState,
  { means, deviations }: NormalPriors,
  logLikelihood: (values: Float64Array) => number,
  random: RandomStream,
): SliceState {
  const direction = deviations.map(deviation => deviation * random.normal())
  const level = state.logLikelihood + Math.log(1 - random.uniform())
  let angle = 2 * Math.PI * random.uniform()
  let low = angle - 2 * Math.PI
  let high = angle
  while (high - low > NARROWEST) {
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
    const values = state.values.map((value, at) => {
      const center = means[at] as number
      return center + (value - center) * cosine + (direction[at] as number) * sine
    })
    const proposed = logLikelihood(values)
    if (proposed > level) return { values, logLikelihood: proposed }
    if (angle < 0) low = angle
    else high = angle
    angle = low + (high - low) * random.uniform()
  }
  return state
}
