import type { Assignment } from '../../core/trial/trial.ts'
import type { RandomStream } from '../../math/random/random-stream.ts'
import { clamp } from '../../math/numbers.ts'
import { drawUniformly } from '../samplers/random/random.ts'
import { Activity, assignmentOf, gridCoordinate, pointOf, snap } from '../samplers/gp/encoding.ts'
import type { SuccessModel } from '../success/success-model.ts'

const MAX_ANCHORS = 8
const BISECTIONS = 12
/** Random points of which the likeliest is taken where no success is near. */
const RANDOM_DRAWS = 200

/**
 * The point nearest to `proposed` at which a trial is likely enough to succeed, on the ways to successful trials; where
 * there is none, the likeliest of random points. Population methods treat it as a mutant that was put back into the bounds.
 * @param isWanted e.g. keeps the relations
 * @returns null where every point that was looked at has failed or is not wanted
 */
export function moveToSuccess(
  proposed: Assignment,
  success: SuccessModel,
  random: RandomStream,
  isWanted: (parameters: Assignment) => boolean,
): Assignment | null {
  const { encoding } = success
  const { kinds, dimension, axes, parameters } = encoding
  const start = pointOf(encoding, proposed)
  const activity = new Activity(encoding)
  const canonical = new Float64Array(dimension)

  function probabilityAt(point: Float64Array): number {
    activity.apply(point, canonical)
    return success.probability(canonical)
  }

  /** Numbers a share of the way from `start` to the anchor, on their grids; choices as given. */
  function between(share: number, anchor: Float64Array, choices: Float64Array): Float64Array {
    return Float64Array.from(choices, (choice, d) => {
      if (d >= kinds.numeric) return choice < 0 ? gridCoordinate(parameters[d] as never, 0) : choice
      const unit = clamp((1 - share) * (start[d] as number) + share * (anchor[d] as number), 0, 1)
      const isGrid = (axes[d]?.count as number) < Number.POSITIVE_INFINITY
      return isGrid ? snap(parameters[d] as never, unit) : unit
    })
  }

  let nearest: { readonly moved: Assignment; readonly distance: number } | null = null
  for (const anchor of success.nearestSuccesses(start, MAX_ANCHORS)) {
    for (const choices of [start, anchor]) {
      let [near, far] = [0, 1]
      let likelyPoint: Float64Array | null = null
      for (let step = 0; step <= BISECTIONS; step++) {
        // The end of the way first: if nothing is likely there, the way leads nowhere.
        const share = step === 0 ? 1 : (near + far) / 2
        const point = between(share, anchor, choices)
        const isLikely = probabilityAt(point) >= success.required
        if (!isLikely && step === 0) break
        if (isLikely) [likelyPoint, far] = [point, share]
        else near = share
      }
      if (likelyPoint === null) continue
      const moved = assignmentOf(encoding, likelyPoint)
      if (success.hasFailed(moved) || !isWanted(moved)) continue
      const distance = likelyPoint.reduce((sum, coordinate, d) => {
        const gap = coordinate - (start[d] as number)
        return sum + (d < kinds.numeric ? gap * gap : gap === 0 ? 0 : 1)
      }, 0)
      if (nearest === null || distance < nearest.distance) nearest = { moved, distance }
    }
  }
  return nearest?.moved ?? likeliestOf(success, random, isWanted)
}

function likeliestOf(
  success: SuccessModel,
  random: RandomStream,
  isWanted: (parameters: Assignment) => boolean,
): Assignment | null {
  const { encoding } = success
  let best: { readonly parameters: Assignment; readonly probability: number } | null = null
  for (let draw = 0; draw < RANDOM_DRAWS; draw++) {
    const parameters = drawUniformly(encoding.space, random)
    if (success.hasFailed(parameters) || !isWanted(parameters)) continue
    const probability = success.probability(pointOf(encoding, parameters))
    if (best === null || probability > best.probability) best = { parameters, probability }
  }
  return best?.parameters ?? null
}
