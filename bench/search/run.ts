import { studySpecificationSchema } from '../../src-main/core/study/study-specification.ts'
import { StudySearch } from '../../src-main/search/study-search.ts'
import type { SearchProblem } from './problems/problem.ts'

/** Evaluations after which the best value so far is noted. */
export const marks = [10, 25, 50, 100, 200, 500, 1000] as const

/**
 * What the study file says about its length: the number of trials that are run, or nothing (the study would end by time).
 */
export type StatedBudget = 'told' | 'untold'

/** Everything that decides the result of a run, besides the source code. */
export interface RunPlan {
  readonly sampler: { readonly name: string; readonly [option: string]: unknown }
  readonly problem: string
  readonly seed: number
  readonly trials: number
  readonly stated: StatedBudget
}

export interface RunResult {
  /** Best value so far at each mark up to `trials`. */
  readonly at: Readonly<Record<string, number>>
  /** User and system time of the whole process while the run went on, objective included. */
  readonly cpuSeconds: number
}

/** One sequential study through `StudySearch`, exactly as the search process runs it. */
export async function runStudy(plan: RunPlan, problem: SearchProblem): Promise<RunResult> {
  const startCpu = process.cpuUsage()
  const search = new StudySearch()
  const specification = studySpecificationSchema.parse({
    name: 'bench',
    // Not looked at: the benchmark evaluates the points itself.
    objective: { function: 'branin' },
    goals: [{ metric: 'value', direction: 'minimize' }],
    space: problem.space,
    sampler: plan.sampler,
    stop: plan.stated === 'told' ? { trials: plan.trials } : { minutes: 1_000_000 },
    seed: plan.seed,
  })
  search.open(specification, [])
  const at = await bestAt(search, problem, plan.trials, marks)
  const cpu = process.cpuUsage(startCpu)
  return { at, cpuSeconds: (cpu.user + cpu.system) / 1e6 }
}

/** Runs so many trials, one after the other. @returns the best value so far at each mark that was reached, in their order */
export async function bestAt(
  search: StudySearch,
  problem: SearchProblem,
  trials: number,
  atMarks: readonly number[],
): Promise<Record<string, number>> {
  let best = Number.POSITIVE_INFINITY
  const at: Record<string, number> = {}
  for (let number = 0; number < trials; number++) {
    const proposal = search.propose(number)
    if ('exhausted' in proposal) break
    search.started(number, proposal.parameters)
    const value = await problem.evaluate(proposal.parameters)
    search.finished(number, 'complete', [value])
    best = Math.min(best, value)
    if (atMarks.includes(number + 1)) at[number + 1] = best
  }
  return at
}
