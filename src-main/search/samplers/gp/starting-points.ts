import type { RandomStream } from '../../../math/random/random-stream.ts'
import { Activity, type Encoding } from './encoding.ts'
import type { Model } from './model.ts'

/**
 * Known points from which the search for the next one starts besides: the best trial, or with several goals
 * some of those that are not dominated. A search may change to another branch of the space, so inactive
 * coordinates get the value of the best point in which they are active.
 * @param starts local searches in all; at most half of them start here
 */
export function startingPoints(
  encoding: Encoding,
  { best, known, surrogates }: Model,
  starts: number,
  random: RandomStream,
): Float64Array[] {
  const chosen = random.shuffled(best).slice(0, Math.max(Math.floor(starts / 2), 1))
  if (!encoding.conditional) return chosen.map(i => known[i] as Float64Array)
  const activity = new Activity(encoding)
  const values = surrogates[0]?.values as Float64Array
  const filled = new Float64Array(encoding.dimension)
  const bestValue = new Float64Array(encoding.dimension).fill(Number.POSITIVE_INFINITY)
  // Where a parameter was never active any value does.
  encoding.axes.forEach((axis, d) => {
    filled[d] = axis.values?.[0] ?? 0.5
  })
  values.forEach((value, i) => {
    const point = known[i] as Float64Array
    activity.apply(point, point.slice())
    activity.active.forEach((isActive, d) => {
      if (isActive === 0 || !(value < (bestValue[d] as number))) return
      bestValue[d] = value
      filled[d] = point[d] as number
    })
  })
  return chosen.map(i => {
    const point = known[i] as Float64Array
    activity.apply(point, point.slice())
    return point.map((coordinate, d) =>
      activity.active[d] === 1 ? coordinate : (filled[d] as number),
    )
  })
}
