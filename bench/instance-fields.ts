import { createRandomStream } from '../src-main/math/random/stream.ts'
import { studySpecificationSchema } from '../src-main/core/study/study-specification.ts'
import type { Assignment } from '../src-main/core/trial/trial.ts'
import { StudySearch } from '../src-main/search/study-search.ts'
import { falseCorners, instancesOf, loadSurrogate } from './search/problems/surrogates.ts'

/** Configurations of each field. */
const CONFIGURATIONS = 3000
/** Data sets that each configuration is trained on, in an order that is drawn once. */
const INSTANCES = 20

/** The losses of random configurations on many data sets, which are the instances: one list for each configuration. */
export async function lossesOnInstances(folder: string, scenario: string): Promise<number[][]> {
  const stream = createRandomStream({ seed: 1, number: 0, purpose: `instances ${scenario}` })
  const names = stream.shuffled(instancesOf(folder, scenario)).slice(0, INSTANCES)
  const problems = []
  for (const instance of names) {
    problems.push(await loadSurrogate(folder, { name: instance, scenario, instance }, falseCorners))
  }
  const all: number[][] = []
  for (const parameters of randomPoints(problems[0]!.space)) {
    const losses: number[] = []
    for (const problem of problems) losses.push(await problem.evaluate(parameters))
    all.push(losses)
  }
  return all
}

function randomPoints(space: object): Assignment[] {
  const search = new StudySearch()
  search.open(
    studySpecificationSchema.parse({
      name: 'bench',
      objective: { function: 'branin' },
      seed: 1,
      space,
      stop: { trials: CONFIGURATIONS },
      sampler: { name: 'random' },
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
