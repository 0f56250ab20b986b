import type { Assignment, TrialSnapshot } from '../../../core/trial/trial.ts'
import { withinReach } from '../../../math/cma-es/distribution.ts'
import { createRandomStream } from '../../../math/random/stream.ts'
import { isActive } from '../../space/conditions.ts'
import { valueCount } from '../../space/unit-cube.ts'
import { assignmentKey } from '../shared/tried-points.ts'
import { trialPoint } from '../cmaes/encoding.ts'
import type { EarlierResults } from '../shared/population/trial-fold.ts'
import {
  createDraws,
  type Draw,
  type Source,
  type RunSetting,
  type RunState,
  sourceOf,
  withSample,
} from './run-state.ts'

/** Draws for one trial until one of them is taken although its result is known. */
const MAX_DRAWS = 1000

/**
 * Draws for a trial until a point has no result yet: the results of earlier trials count as samples, which
 * costs nothing and leaves the distribution as it would be if they had been tried again.
 * @param isTried points that need no second trial although their result is not known yet
 * @returns the state with the samples whose results were known already, the point that needs a trial, and how many
 *   draws came before it
 */
export function drawNew(
  setting: RunSetting,
  from: RunState,
  trialNumber: number,
  earlier: EarlierResults,
  isTried: (parameters: Assignment) => boolean,
): { readonly state: RunState; readonly draw: Draw; readonly knownDraws: number } {
  const { space, encoding, seed, options } = setting
  const draws = createDraws(space, encoding, seed, trialNumber)
  let state = from
  for (let knownDraws = 0; ; knownDraws++) {
    const draw = draws(sourceOf(state))
    if (options.repeats || knownDraws >= MAX_DRAWS || !canRepeat(setting, draw.parameters)) {
      return { state, draw, knownDraws }
    }
    const trial = earlier.find(draw.parameters)
    if (trial !== null) state = withSample(setting, state, { point: draw.point, trial })
    else if (!isTried(draw.parameters)) return { state, draw, knownDraws }
  }
}

/** Whether these parameters can be drawn twice: none of them is continuous. */
function canRepeat({ space }: RunSetting, parameters: Assignment): boolean {
  return space.parameters.every(
    parameter =>
      valueCount(parameter) !== Number.POSITIVE_INFINITY || !isActive(parameter, parameters),
  )
}

/** The state after one more trial with a result, whoever proposed it. */
export function tell(
  setting: RunSetting,
  state: RunState,
  trial: TrialSnapshot,
  earlier: EarlierResults,
): RunState {
  const key = assignmentKey(trial.parameters)
  const drawn = drawNew(setting, state, trial.number, earlier, () => false)
  if (assignmentKey(drawn.draw.parameters) === key) {
    return withSample(setting, drawn.state, { point: drawn.draw.point, trial })
  }
  const point =
    earlierPoint(setting, state.previous, trial, key) ?? foreignPoint(setting, state, trial)
  return withSample(setting, state, {
    point: state.cma === null ? point : withinReach(state.cma, point),
    trial,
  })
}

/** Where a trial was drawn that was proposed before the last update. */
function earlierPoint(
  { space, encoding, seed }: RunSetting,
  previous: Source | null,
  trial: TrialSnapshot,
  key: string,
): Float64Array | null {
  if (previous === null) return null
  const draw = createDraws(space, encoding, seed, trial.number)(previous)
  return assignmentKey(draw.parameters) === key ? draw.point : null
}

/** Where a trial could have been drawn that somebody else proposed. */
function foreignPoint(
  { encoding, seed }: RunSetting,
  { cma }: RunState,
  trial: TrialSnapshot,
): Float64Array {
  if (cma === null) return new Float64Array(0)
  const random = createRandomStream({ seed, number: trial.number, purpose: 'catcma foreign point' })
  return trialPoint(encoding, trial.parameters, cma, random)
}
