import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import type { EngineName } from '../src-main/core/machine/engines/registry.ts'
import { readPreparedDataset } from '../src-main/datasets/read-prepared.ts'
import { loadEngine } from '../src-main/engines/load-engine.ts'
import { prepareDataset } from '../src-main/datasets/ingest-client.ts'
import type { ObjectiveHost } from '../src-main/training/objectives/objective-host.ts'
import { tabularTask } from '../src-main/training/tasks/tabular/tabular-task.ts'
import { printTable } from './bench-output.ts'

/**
 * One-hot categories against embeddings on a table of one's own, by the same four trainings each, of which the one with
 * the least validation loss is tested; five splits:
 * node bin/run.cjs bench/category-coding.ts table.csv target --ignore name,date --engine wasm
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    ignore: { type: 'string', default: '' },
    engine: { type: 'string', default: 'wasm' },
  },
})
const [file, target] = positionals
if (file === undefined || target === undefined) throw new Error('FILE and TARGET are needed')
const seeds = [1, 2, 3, 4, 5]
const codings = ['oneHot', 'embedding'] as const
const shared = { layers: 2, units: 64, dropout: 0.1, batchSize: 64, epochs: 40, patience: 6 }
const settings = [1e-3, 3e-3].flatMap(learningRate =>
  [1e-5, 1e-3].map(l2 => ({ ...shared, learningRate, l2 })),
)
const silent: ObjectiveHost = {
  report: async () => 'continue',
  yieldNow: async () => 'continue',
  wait: async () => undefined,
}

const cache = mkdtempSync(path.join(tmpdir(), 'tunewright-coding-'))
const ignore = values.ignore.split(',').filter(name => name !== '')
const objective = { task: 'tabular', data: { file: path.resolve(file), target, ignore } }
const prepared = await prepareDataset({
  objective,
  studyDirectory: process.cwd(),
  cacheDirectory: cache,
})
if (prepared === null) throw new Error('a table has data')
const dataset = await readPreparedDataset(prepared.directory)
const engine = await loadEngine(values.engine as EngineName)
const task = tabularTask
const request = {
  settings: task.settingsSchema.parse(objective),
  dataset,
  engine,
  goals: [{ metric: 'validationLoss', direction: 'minimize' as const }],
}

async function bestOf(categories: (typeof codings)[number], studySeed: number) {
  const trained = []
  for (const [number, setting] of settings.entries()) {
    const trialRequest = {
      ...request,
      studySeed,
      trialSeed: number,
      parameters: { ...setting, categories },
    }
    const result = await task.train({ ...trialRequest, host: silent })
    trained.push({
      trialRequest,
      result,
      loss: result.best?.metrics['validationLoss'] ?? Number.NaN,
    })
  }
  const best = trained.reduce((a, b) => (b.loss < a.loss ? b : a))
  const weights = best.result.weights?.best ?? []
  const size = best.result.size?.parameterCount ?? Number.NaN
  return { ...(await task.test({ ...best.trialRequest, weights })), parameterCount: size }
}

const results = new Map<string, Record<string, number>[]>()
for (const coding of codings) {
  const codingResults = []
  for (const seed of seeds) codingResults.push(await bestOf(coding, seed))
  results.set(coding, codingResults)
}
engine.dispose()
rmSync(cache, { recursive: true, force: true })

const metrics = Object.keys(results.get('oneHot')?.[0] ?? {})
console.log(`${path.basename(file)}: ${target}; ${JSON.stringify(prepared.manifest.properties)}`)
printTable(
  ['metric', ...codings, 'embedding less oneHot, by split'],
  metrics.map(metric => {
    const [plain, embedded] = codings.map(
      coding => results.get(coding)?.map(result => result[metric] ?? Number.NaN) ?? [],
    ) as [number[], number[]]
    const differences = plain.map((value, at) => (embedded[at] ?? Number.NaN) - value)
    return [metric, describe(plain), describe(embedded), differences.map(short).join(' ')]
  }),
)

function describe(numbers: readonly number[]): string {
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return `${short(mean)} ± ${short(Math.sqrt(squares / (numbers.length - 1)))}`
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}
