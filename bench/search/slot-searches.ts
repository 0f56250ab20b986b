import { studySpecificationSchema } from '../../src-main/core/study/study-specification.ts'
import type { Assignment } from '../../src-main/core/trial/trial.ts'
import { StudySearch } from '../../src-main/search/study-search.ts'
import type { SearchProblem } from './problems/problem.ts'
import { askPython } from './python-answers.ts'

/** Whoever proposes trials in simulated slots. */
export interface SlotSearch {
  /** The parameters of a trial that runs from then on; null if it has nothing left to propose. */
  ask(number: number): Promise<Assignment | null>
  tell(number: number, value: number): Promise<void>
}

export interface SlotStudy {
  readonly seed: number
  readonly slots: number
  readonly trials: number
}

/** Optuna's samplers by the names that they have here, and those that its part knows. */
const optunaSamplers: Readonly<Record<string, string>> = { 'optuna-tpe': 'tpe', 'optuna-gp': 'gp' }

export function isOptuna(sampler: string): boolean {
  return Object.hasOwn(optunaSamplers, sampler)
}

export function openOwn(sampler: string, problem: SearchProblem, study: SlotStudy): SlotSearch {
  const { seed, slots, trials } = study
  const search = new StudySearch()
  search.open(
    studySpecificationSchema.parse({
      name: 'bench',
      objective: { function: 'branin' },
      space: problem.space,
      seed,
      parallelTrials: slots,
      goals: [{ metric: 'value', direction: 'minimize' }],
      sampler: { name: sampler },
      stop: { trials },
    }),
    [],
  )
  return {
    async ask(number) {
      const proposal = search.propose(number)
      if ('exhausted' in proposal) return null
      search.started(number, proposal.parameters)
      return proposal.parameters
    },
    async tell(number, value) {
      search.finished(number, 'complete', [value])
    },
  }
}

/** Of all studies of this process, from the first question on. */
let answers: ((question: string) => Promise<string>) | null = null

/** @param python one with Optuna; its Gaussian process needs PyTorch besides */
export async function openOptuna(
  python: string,
  sampler: string,
  problem: SearchProblem,
  { seed }: SlotStudy,
): Promise<SlotSearch> {
  const ask = (answers ??= askPython(python, 'optuna_slots.py'))
  await ask(JSON.stringify(['open', optunaSamplers[sampler], seed, problem.space]))
  return {
    ask: async number => JSON.parse(await ask(JSON.stringify(['ask', number]))) as Assignment,
    async tell(number, value) {
      await ask(JSON.stringify(['tell', number, value]))
    },
  }
}
