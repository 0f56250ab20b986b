import { studySpecificationSchema } from '../../src-main/core/study/study-specification.ts'
import { createPermutation } from '../../src-main/math/random/permutation.ts'
import { StudySearch } from '../../src-main/search/study-search.ts'
import { type CurveTask, lossAt, RegretLog } from './taskset.ts'

/** Regret at each of the costs of random settings, one after the other, each judged by a pruner after every step. */
export function runPruner(
  task: CurveTask,
  pruner: { readonly name: string },
  seed: number,
  costs: readonly number[],
): number[] {
  const { configs, steps } = task
  const order = createPermutation(configs, { seed, number: 0, purpose: 'bench pruners' })
  const search = new StudySearch()
  const specification = studySpecificationSchema.parse({
    name: 'bench',
    objective: { function: 'branin' },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { setting: { int: [0, configs - 1] } },
    sampler: { name: 'random' },
    pruner,
    stop: { trials: 2 * configs },
    seed,
  })
  search.open(specification, [])
  const log = new RegretLog(task, costs)
  const settingOf = new Map<number, number>()
  let fresh = 0
  for (let number = 0; !log.isFull; number++) {
    // A pruner that promotes says so in place of the sampler; new settings come from the permutation, for all pruners the same.
    const proposal = pruner.name === 'promotion' ? search.propose(number) : null
    const origin = proposal === null || 'exhausted' in proposal ? undefined : proposal.origin
    const setting =
      origin === undefined ? order.at(fresh++ % configs) : settingOf.get(origin.trial)!
    settingOf.set(number, setting)
    search.started(number, { setting }, origin === undefined ? {} : { origin })
    let state: 'complete' | 'pruned' = 'complete'
    let bestReported = Number.POSITIVE_INFINITY
    for (let step = (origin?.step ?? 0) + 1; step <= steps && state === 'complete'; step++) {
      const loss = lossAt(task, setting, step)
      bestReported = Math.min(bestReported, loss)
      log.trained(setting, step)
      const decision = search.judge(number, step, loss)
      if (step < steps && decision.action === 'prune') state = 'pruned'
    }
    search.finished(number, state, [
      state === 'complete' ? lossAt(task, setting, steps) : bestReported,
    ])
  }
  return log.regrets
}
