import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'
import type { RunPlan, RunResult } from './run.ts'
import type { WorkerAnswer } from './worker.ts'

/**
 * Runs plans in order on several processes.
 * @param onResult called as results come
 * @throws Error with the plan, when one fails; what had finished is kept
 */
export async function workOff(
  plans: readonly RunPlan[],
  workers: number,
  onResult: (plan: RunPlan, result: RunResult) => void,
): Promise<void> {
  let next = 0
  let failed = false
  async function serve(): Promise<void> {
    const child = fork(path.join(import.meta.dirname, 'worker.ts'))
    try {
      for (let plan = plans[next++]; plan !== undefined && !failed; plan = plans[next++]) {
        const { result, error } = await ask(child, plan)
        if (error !== undefined) throw new Error(`${JSON.stringify(plan)}: ${error}`)
        onResult(plan, result)
      }
    } catch (error) {
      failed = true
      throw error
    } finally {
      child.kill()
    }
  }
  await Promise.all(Array.from({ length: Math.min(workers, plans.length) }, serve))
}

function ask(child: ChildProcess, plan: RunPlan): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`worker ended with ${code}`))
    child.once('exit', onExit)
    child.once('message', answer => {
      child.off('exit', onExit)
      resolve(answer as WorkerAnswer)
    })
    child.send(plan)
  })
}
