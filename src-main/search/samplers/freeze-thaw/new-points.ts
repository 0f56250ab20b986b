import type { Assignment } from '../../../core/trial/trial.ts'
import { clamp } from '../../../math/numbers.ts'
import type { RandomStream } from '../../../math/random/random-stream.ts'
import { completePoint } from '../../proposals/enqueued-points.ts'
import type { SearchSpace } from '../../space/search-space.ts'
import { fromUnit, toUnit } from '../../space/unit-cube.ts'
import { explore } from '../pbt/pbt.ts'
import type { Training } from './trainings.ts'

const ANYWHERE = 200
const NEAR_EACH = 20
const NEAR_TRAININGS = 5
const NEAR_DEVIATION = 0.1

/** Points at which a training might begin: anywhere, and near the trainings that stand best. */
export function newPoints(
  trainings: readonly Training[],
  space: SearchSpace,
  random: RandomStream,
): Assignment[] {
  const names = space.parameters.map(({ name }) => name)
  const best = trainings
    .filter(({ losses }) => Number.isFinite(losses.at(-1)))
    .sort((a, b) => (a.losses.at(-1) as number) - (b.losses.at(-1) as number))
    .slice(0, NEAR_TRAININGS)
  const near = best.flatMap(({ parameters }) =>
    Array.from({ length: NEAR_EACH }, () =>
      explore(parameters, names, space, random, (parameter, value) =>
        fromUnit(
          parameter,
          clamp(toUnit(parameter, value) + NEAR_DEVIATION * random.normal(), 0, 1),
        ),
      ),
    ),
  )
  const anywhere = Array.from(
    { length: ANYWHERE },
    () => completePoint({}, space, {}, random).parameters,
  )
  return [...anywhere, ...near]
}
