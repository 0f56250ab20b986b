import { createRandomStream } from '../src-main/math/random/stream.ts'
import { studySpecificationSchema } from '../src-main/contract/study-specification.ts'
import type { Assignment } from '../src-main/contract/trial.ts'
import { StudySearch } from '../src-main/search/study-search.ts'
import { findDataFolder } from './search/problems/data-folder.ts'
import { instancesOf, loadSurrogate } from './search/problems/surrogates.ts'

/** Configurations of each field. */
const CONFIGURATIONS = 3000
/** Data sets that each configuration is trained on, in an order that is drawn once. */
const INSTANCES = 20

/** The losses of random configurations on many data sets, which are the instances: one list for each configuration. */
export async function lossesOnInstances(scenario: string, log: boolean): Promise<number[][]> {
  const folder = findDataFolder()
  if (folder === null) return []
  const stream = createRandomStream({ seed: 1, number: 0, purpose: `instances ${scenario}` })
  const names = stream.shuffled(instancesOf(folder, scenario)).slice(0, INSTANCES)
  const problems = []
  for (const instance of names) {
    // False corners, in which nothing but luck is compared.
    const leftOut = { booster: ['dart'] }
    problems.push(await loadSurrogate(folder, { name: instance, scenario, instance }, leftOut))
  }
  const space = problems[0]!.space
  const fields: number[][] = []
  for (const parameters of randomPoints(space)) {
    const losses: number[] = []
    for (const problem of problems) {
      const loss = await problem.evaluate(parameters)
      losses.push(log ? Math.log(Math.max(loss, 1e-3)) : loss)
    }
    fields.push(losses)
  }
  return fields
}

function randomPoints(space: object): Assignment[] {
  const search = new StudySearch()
  search.open(
    studySpecificationSchema.parse({
      ...{ name: 'bench', objective: { function: 'branin' }, seed: 1, space },
      ...{ stop: { trials: CONFIGURATIONS }, sampler: { name: 'random' } },
      goals: [{ metric: 'value', direction: 'minimize' }],
    }),
    [],
  )
  return Array.from({ length: CONFIGURATIONS }, (_, number) => {
    const proposal = search.propose(number)
    if ('exhausted' in proposal) throw new Error(`no point ${number}`)
    search.started(number, proposal.parameters)
    search.finished(number, 'complete', [0])
    return proposal.parameters
  })
}
