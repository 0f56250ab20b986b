import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { studySpecificationSchema } from '../src-main/core/study/study-specification.ts'
import type { Assignment } from '../src-main/core/trial/trial.ts'
import { StudySearch } from '../src-main/search/study-search.ts'
import { openStudyStore } from '../src-main/platform/storage/sqlite-study-store.ts'
import { benchEnvironment } from './bench-output.ts'
import type { CostCase } from './sampler-cost-cases.ts'

/**
 * One study with a free objective in a process of its own: `sampler-cost-run.ts CASE-AS-JSON`. Prints one line of JSON: CPU
 * seconds of all proposals and answers, at the end and at each mark; called by sampler-cost.ts.
 */

const { sampler, trials, dimensions, goals, stored } = JSON.parse(process.argv[2]!) as CostCase

const names = Array.from({ length: dimensions }, (_, index) => `x${index}`)
const centers = [0.3, 0.7].slice(0, goals)
const specification = studySpecificationSchema.parse({
  name: 'cost',
  objective: { function: 'branin' },
  goals: centers.map((_, goal) => ({ metric: `value${goal}`, direction: 'minimize' })),
  space: Object.fromEntries(names.map(name => [name, { float: [0, 1] }])),
  sampler: { name: sampler },
  stop: { trials },
})

function valuesOf(parameters: Assignment): number[] {
  return centers.map(center =>
    names.reduce((sum, name) => sum + ((parameters[name] as number) - center) ** 2, 0),
  )
}

const search = new StudySearch()
search.open(specification, [])
const folder = stored ? mkdtempSync(path.join(tmpdir(), 'tunewright-bench-')) : null
const store = folder === null ? null : openStudyStore(path.join(folder, 'cost.sqlite'))
const studyId =
  store?.createStudy({ specification, source: '', environment: benchEnvironment, createdAtMs: 0 })
    .id ?? 0

const marks: Record<number, number> = {}
const startCpu = process.cpuUsage()
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage(startCpu)
  return (user + system) / 1e6
}

let lastProposals: number[] = []
for (let number = 0; number < trials; number++) {
  const startMs = performance.now()
  const proposal = search.propose(number)
  lastProposals.push(performance.now() - startMs)
  if (lastProposals.length > 100) lastProposals = lastProposals.slice(-50)
  if ('exhausted' in proposal) throw new Error('exhausted')
  const { parameters, provenance } = proposal
  const values = valuesOf(parameters)
  store?.startTrial({ studyId, number, parameters, provenance, seed: 0, slot: 0, atMs: number })
  search.started(number, parameters)
  store?.finishTrial({
    studyId,
    trialNumber: number,
    state: 'complete',
    values,
    bestStep: null,
    reason: null,
    failure: null,
    metrics: [],
    artifacts: [],
    atMs: number,
  })
  search.finished(number, 'complete', values)
  if ([1000, 2000, 5000, 10_000].includes(number + 1)) marks[number + 1] = cpuSeconds()
}
const total = cpuSeconds()
store?.close()
if (folder !== null) rmSync(folder, { recursive: true, force: true })
lastProposals.sort((a, b) => a - b)
console.log(
  JSON.stringify({
    cpuSeconds: total,
    marks,
    lastProposalMs: lastProposals[Math.floor(lastProposals.length / 2)],
  }),
)
