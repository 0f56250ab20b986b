import { createPermutation } from '../../src-main/math/random/permutation.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import {
  CurveModel,
  fitCurveKernel,
} from '../../src-main/search/samplers/freeze-thaw/curve-model.ts'
import {
  type Candidate,
  chooseNext,
} from '../../src-main/search/samplers/freeze-thaw/next-increment.ts'
import {
  canResume,
  lastStepOf,
  incrementEnds,
} from '../../src-main/search/samplers/freeze-thaw/training-curve.ts'
import { type CurveTask, lossAt, RegretLog } from './taskset.ts'

/** Steps of the first increment: the values after one step are those of the untrained networks. */
const FIRST_INCREMENT = 2
const STARTUP = 10
const NEW_SETTINGS = 150
const FIT_GROWTH = 1.15

interface TableCurve {
  readonly setting: number
  readonly point: Float64Array
  readonly steps: number[]
  readonly losses: number[]
}

/**
 * Regret at each of the costs with the model and the choice of `freezeThaw`; new trainings begin at settings of the table, of which a random
 * part is looked at each time.
 */
export function runFreezeThaw(task: CurveTask, seed: number, costs: readonly number[]): number[] {
  const { configs, steps, points } = task
  const setting = { kinds: { numeric: points[0]!.length, categorical: 0 }, wholeSteps: steps }
  const order = createPermutation(configs, { seed, number: 0, purpose: 'bench pruners' })
  const ends = incrementEnds(FIRST_INCREMENT, 1.5, steps)
  const log = new RegretLog(task, costs)
  const curves: TableCurve[] = []
  const begun = new Set<number>()
  let kernel: ReturnType<typeof fitCurveKernel> | null = null
  let fittedAt = 0

  function begin(begins: number): TableCurve {
    const curve = { setting: begins, point: points[begins]!, steps: [], losses: [] }
    begun.add(begins)
    curves.push(curve)
    return curve
  }

  function choose(number: number): TableCurve {
    if (kernel === null || number >= fittedAt * FIT_GROWTH) {
      kernel = fitCurveKernel(curves, setting)
      fittedAt = number
    }
    const random = createRandomStream({ seed, number, purpose: 'bench freeze-thaw' })
    const waiting = curves.flatMap((curve, index): Candidate[] =>
      canResume(curve, steps)
        ? [{ point: curve.point, from: lastStepOf(curve), curve: index }]
        : [],
    )
    const fresh = random
      .shuffled(points.map((_, index) => index).filter(index => !begun.has(index)))
      .slice(0, NEW_SETTINGS)
    const candidates = [
      ...waiting,
      ...fresh.map(index => ({ point: points[index]!, from: 0, curve: -1 })),
    ]
    const model = new CurveModel(curves, setting, kernel)
    const { candidateIndex } = chooseNext(model, curves, candidates, ends, random)
    return candidateIndex < waiting.length
      ? curves[waiting[candidateIndex]!.curve]!
      : begin(fresh[candidateIndex - waiting.length]!)
  }

  for (let number = 0; !log.isFull; number++) {
    const curve = number < STARTUP ? begin(order.at(number)) : choose(number)
    const from = lastStepOf(curve)
    const until = ends.find(end => end > from)!
    for (let step = from + 1; step <= until; step++) {
      curve.steps.push(step)
      curve.losses.push(lossAt(task, curve.setting, step))
      log.trained(curve.setting, step)
    }
  }
  return log.regrets
}
