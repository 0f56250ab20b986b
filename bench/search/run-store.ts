import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { RunPlan, RunResult } from './run.ts'

export interface StoredRun extends RunPlan, RunResult {
  readonly version: string
}

const file = path.resolve(import.meta.dirname, '../results/search-runs.jsonl')

/** What is equal for the same run of the same source. */
export function runKey(plan: RunPlan, version: string): string {
  const { sampler, problem, seed, trials, stated } = plan
  return JSON.stringify([sampler, problem, seed, trials, stated, version])
}

/** One JSON line for each finished run, so that an interrupted benchmark goes on where it was. */
export function readRuns(): Map<string, StoredRun> {
  const runs = new Map<string, StoredRun>()
  if (!existsSync(file)) return runs
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue
    try {
      const run = JSON.parse(line) as StoredRun
      runs.set(runKey(run, run.version), run)
    } catch {
      console.warn(`skipped a line of ${file} that is not whole`)
    }
  }
  return runs
}

export function appendRun(run: StoredRun): void {
  mkdirSync(path.dirname(file), { recursive: true })
  appendFileSync(file, `${JSON.stringify(run)}\n`)
}
