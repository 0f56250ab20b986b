import { loadProblem } from './problems/registry.ts'
import type { SearchProblem } from './problems/problem.ts'
import { type RunPlan, type RunResult, runStudy } from './run.ts'

/** A child process of search.ts: runs the plans that it is sent, one after the other. */

export type WorkerAnswer =
  | { readonly result: RunResult; readonly error?: never }
  | { readonly error: string; readonly result?: never }

const problems = new Map<string, SearchProblem>()

async function answer(plan: RunPlan): Promise<WorkerAnswer> {
  try {
    const problem = problems.get(plan.problem) ?? (await loadProblem(plan.problem))
    if (problem === null) return { error: 'its data are not on this machine' }
    problems.set(plan.problem, problem)
    return { result: await runStudy(plan, problem) }
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

process.on('message', (plan: RunPlan) => {
  void answer(plan).then(message => process.send!(message))
})
