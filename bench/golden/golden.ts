import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { isCostMetric } from '../../src-main/core/trial/cost-metrics.ts'
import { isAppError } from '../../src-main/core/errors/errors.ts'
import type { StudySpecificationInput } from '../../src-main/core/study/study-specification.ts'
import type { StudySnapshot } from '../../src-main/core/study/study.ts'
import type { Curve, TrialRecord } from '../../src-main/core/trial/trial.ts'
import { runStudy } from '../../src-main/running/run-study.ts'
import type { StudyRunner } from '../../src-main/running/loop/study-runner.ts'
import { pruners } from '../../src-main/search/pruners/registry.ts'
import { samplers } from '../../src-main/search/samplers/registry.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../../src-main/platform/storage/study-store.ts'
import { locateWorkspace, type Workspace } from '../../src-main/platform/storage/workspace.ts'
import { createStudy, readStudyFile } from '../../src-main/features/studies/node/create-study.ts'
import { checkStudy } from '../../src-main/features/studies/node/study-check.ts'
import { tasks } from '../../src-main/training/tasks/registry.ts'
import { wasKilled } from '../../test/helpers/process-group.ts'
import type { CrashRequest } from '../../test/helpers/run-with-crash.ts'
import {
  type GoldenStudy,
  populationStudy,
  type ResumedStudy,
  resumedStudies,
  samplersByPruners,
  smallQuickstart,
} from './studies.ts'

/**
 * `npm run bench:golden`: runs the studies of `studies.ts` and compares what they did with `golden.json`: parameters, states, values, seeds and
 * every metric at every step, bit for bit. Exits with 1 where something differs. `--record` writes the file instead; `--only TEXT`
 * runs, or records, the studies whose name contains the text.
 */

const { values: options } = parseArgs({
  options: { record: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
})

const recordFile = fileURLToPath(new URL('./golden.json', import.meta.url))
const samples = fileURLToPath(new URL('../../resources/samples/', import.meta.url))
const crashScript = fileURLToPath(new URL('../../test/helpers/run-with-crash.ts', import.meta.url))

/** A trial as it is recorded; the keys are those of the recording and stay when the product's are renamed. */
type GoldenTrial = Readonly<Record<string, unknown>>
/** The trials of a study, and what the test split said of the best. */
interface GoldenResult {
  readonly trials: readonly GoldenTrial[]
  readonly winner: unknown
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-golden-'))
// Neither packs of engines nor prepared data of this user.
process.env['TUNEWRIGHT_ENGINES'] = path.join(folder, 'engines')
process.env['XDG_CACHE_HOME'] = path.join(folder, 'cache')

let differences = 0
try {
  const results = await runAll()
  if (options.record) {
    const before = options.only === '' ? [] : readRecording()
    writeFileSync(recordFile, asText(new Map([...before, ...results])))
    console.log(recordFile)
  } else {
    differences = compare(readRecording(), results)
    console.log(`${results.size} studies, ${differences} with differences`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
}
process.exitCode = differences === 0 ? 0 : 1

function isWanted({ name }: { readonly name: string }): boolean {
  return name.includes(options.only)
}

async function runAll(): Promise<Map<string, GoldenResult>> {
  const results = new Map<string, GoldenResult>()
  const startMs = performance.now()
  const enter = (name: string, result: GoldenResult): void => {
    results.set(name, result)
    const seconds = ((performance.now() - startMs) / 1000).toFixed(0).padStart(4)
    console.log(`${seconds} s  ${name}: ${result.trials.length} trials`)
  }

  const grid = samplersByPruners(folder)
  requireEveryKind(grid)
  requireNoProblems([...grid, populationStudy, ...resumedStudies])
  const workspace = locateWorkspace(path.join(folder, 'golden.sqlite'))
  const store = openStudyStore(workspace.databasePath)
  // A study that learns from another one finds it in the database.
  const sources = grid
    .filter(isWanted)
    .flatMap(({ specification }) => specification.warmStart ?? [])
  const isSource = ({ name }: GoldenStudy): boolean => sources.some(({ study }) => study === name)
  const further = [populationStudy, await quickstart()].filter(isWanted)
  for (const study of [...grid.filter(study => isWanted(study) || isSource(study)), ...further]) {
    await create(study, store, workspace)
    await runSession(store, study.name, workspace)
    enter(study.name, resultOf(snapshotOf(store, study.name)))
  }
  for (const study of resumedStudies.filter(isWanted)) {
    const whole = { ...study, name: `${study.name}, uninterrupted` }
    await create(whole, store, workspace)
    await runSession(store, study.specification.name, workspace)
    const expected = resultOf(snapshotOf(store, study.specification.name))
    const result = await runInSessions(study)
    if (!isDeepStrictEqual(result, expected)) {
      differences++
      console.log(`${study.name}: differs from the study that was not interrupted`)
      describeDifference(expected, result)
    }
    enter(study.name, result)
  }
  store.close()
  return results
}

/** @throws Error if a registered sampler or pruner is in no study */
function requireEveryKind(studies: readonly GoldenStudy[]): void {
  const used = (key: 'sampler' | 'pruner'): Set<string> =>
    new Set(studies.map(({ specification }) => specification[key]?.name ?? 'none'))
  const missing = [
    ...Object.keys(samplers).filter(name => !used('sampler').has(name)),
    ...Object.keys(pruners).filter(name => !used('pruner').has(name)),
  ]
  if (missing.length > 0) throw new Error(`in no study: ${missing.join(', ')}`)
}

/** @throws Error with the problems of all studies at once */
function requireNoProblems(studies: readonly GoldenStudy[]): void {
  const problems = studies.flatMap(({ name, specification }) => {
    const checked = checkStudy(specification, { tasks })
    return checked.ok ? [] : [`${name}: ${JSON.stringify(checked.problems)}`]
  })
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

async function quickstart(): Promise<GoldenStudy> {
  const { specification } = await readStudyFile(path.join(samples, 'quickstart.yaml'))
  return { name: 'quickstart', specification: { ...specification, ...smallQuickstart } }
}

async function create(
  { name, specification: given }: { name: string; specification: StudySpecificationInput },
  store: StudyStore,
  { datasetCacheDirectory }: Workspace,
): Promise<void> {
  const checked = checkStudy(given, { tasks })
  if (!checked.ok) throw new Error(`${name}: ${JSON.stringify(checked.problems)}`)
  const { specification } = checked
  try {
    await createStudy({
      file: { specification, source: '', directory: samples },
      store,
      datasetCacheDirectory,
      now: Date.now,
    })
  } catch (error) {
    throw new Error(`${name}: ${isAppError(error) ? JSON.stringify(error.detail) : ''}`, {
      cause: error,
    })
  }
}

/** @param pauseAt number of the trial after which no further one starts */
async function runSession(
  store: StudyStore,
  name: string,
  workspace: Workspace,
  pauseAt?: number,
): Promise<void> {
  let runner: StudyRunner | null = null
  await runStudy({
    store,
    workspace,
    now: Date.now,
    study: store.findStudy(name),
    onRunner: it => {
      runner = it
    },
    trace: (point, number) => {
      if (point === 'committed' && number === pauseAt) runner?.pause()
    },
  })
}

async function runInSessions({ name, specification, ends }: ResumedStudy): Promise<GoldenResult> {
  const workspace = locateWorkspace(path.join(folder, `${name}.sqlite`))
  const { databasePath } = workspace
  const created = openStudyStore(databasePath)
  await create({ name, specification }, created, workspace)
  created.close()
  for (const { how, trialNumber } of ends) {
    if (how === 'pause') {
      const store = openStudyStore(databasePath)
      await runSession(store, specification.name, workspace, trialNumber)
      store.close()
      continue
    }
    const who = how === 'kill main' ? 'main' : 'search and trainer'
    const wasItKilled = await runKilled({
      databasePath,
      kill: { who, point: 'metricsArrived', trialNumber },
    })
    if (who === 'main' && !wasItKilled) throw new Error(`${name} ended before trial ${trialNumber}`)
  }
  const store = openStudyStore(databasePath)
  if (store.findStudy(specification.name).state !== 'finished') {
    await runSession(store, specification.name, workspace)
  }
  const result = resultOf(snapshotOf(store, specification.name))
  store.close()
  return result
}

/** Runs a session in a process of its own; whether it was killed. */
async function runKilled(request: CrashRequest): Promise<boolean> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [crashScript, JSON.stringify(request)], (error, _, stderr) => {
      if (error === null) resolve(false)
      else if (wasKilled(error, stderr)) resolve(true)
      else reject(new Error(stderr))
    })
  })
}

function snapshotOf(store: StudyStore, name: string): StudySnapshot {
  return store.snapshot(store.findStudy(name).id)
}

function resultOf({ trials, winner }: StudySnapshot): GoldenResult {
  return {
    trials: trials.map(recordTrial),
    winner:
      winner === null
        ? null
        : { trial: winner.trialNumber, test: asJson(withoutCosts(winner.metrics)) },
  }
}

function recordTrial(trial: TrialRecord): GoldenTrial {
  const { state, parameters, values, constraints, seed, bestStep, lastStep, origin } = trial
  return {
    state,
    parameters: asJson(parameters),
    values: asJson(values),
    ...(constraints === undefined ? {} : { constraints: asJson(constraints) }),
    // For a pruned trial the step at which it was pruned.
    lastStep,
    bestStep,
    seed,
    ...(origin === undefined ? {} : { startsFrom: [origin.trial, origin.step] }),
    metrics: digestOf(withoutCosts(trial.metrics)),
  }
}

/** Times and energy repeat nowhere. */
function withoutCosts<Value>(metrics: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(metrics).filter(([name]) => !isCostMetric(name)))
}

/** Of every metric by its name: steps and values, the latter as the bytes of doubles. */
function digestOf(metrics: Readonly<Record<string, Curve>>): string {
  const hash = createHash('sha256')
  for (const name of Object.keys(metrics).sort()) {
    const { steps, values } = metrics[name] as Curve
    hash.update(`${name} ${steps.join(' ')} `).update(Float64Array.from(values))
  }
  return hash.digest('hex').slice(0, 16)
}

/** As it comes back from a file: numbers in full, those that JSON does not know as texts. */
function asJson(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'number' && (!Number.isFinite(part) || Object.is(part, -0))
        ? Object.is(part, -0)
          ? '-0'
          : String(part)
        : part,
    ),
  )
}

/** One line per trial. */
function asText(results: ReadonlyMap<string, GoldenResult>): string {
  const studies = [...results].map(([name, { trials, winner }]) => {
    const lines = trials.map(trial => `    ${JSON.stringify(trial)}`).join(',\n')
    return `  ${JSON.stringify(name)}: {\n   "winner": ${JSON.stringify(winner)},\n   "trials": [\n${lines}\n   ]\n  }`
  })
  return `{\n${studies.join(',\n')}\n}\n`
}

function readRecording(): Map<string, GoldenResult> {
  const recorded = JSON.parse(readFileSync(recordFile, 'utf8')) as Record<string, GoldenResult>
  return new Map(Object.entries(recorded))
}

/** Prints what differs; how many studies do. */
function compare(
  recorded: ReadonlyMap<string, GoldenResult>,
  results: ReadonlyMap<string, GoldenResult>,
): number {
  let count = differences
  for (const name of new Set([...recorded.keys(), ...results.keys()])) {
    if (!results.has(name) && !isWanted({ name })) continue
    const before = recorded.get(name)
    const after = results.get(name)
    if (isDeepStrictEqual(before, after)) continue
    count++
    console.log(`\n${name}`)
    if (before === undefined) console.log('  is not recorded')
    else if (after === undefined) console.log('  was not run')
    else describeDifference(before, after)
  }
  return count
}

/** The first trial and the first of its fields that differ. */
function describeDifference(before: GoldenResult, after: GoldenResult): void {
  const trials = Array.from(
    { length: Math.max(before.trials.length, after.trials.length) },
    (_, number) => number,
  ).filter(number => !isDeepStrictEqual(before.trials[number], after.trials[number]))
  const [first] = trials
  if (first === undefined) {
    printChange('test metrics of the best trial', before.winner, after.winner)
    return
  }
  console.log(`  trials that differ: ${trials.length}, first trial ${first}`)
  const [old, now] = [before.trials[first], after.trials[first]]
  if (old === undefined || now === undefined) {
    printChange('trials', before.trials.length, after.trials.length)
    return
  }
  const fields = new Set([...Object.keys(old), ...Object.keys(now)])
  const field = [...fields].find(key => !isDeepStrictEqual(old[key], now[key])) ?? ''
  printChange(field, old[field], now[field])
}

function printChange(what: string, before: unknown, after: unknown): void {
  console.log(
    `  ${what}\n    recorded ${JSON.stringify(before)}\n    now      ${JSON.stringify(after)}`,
  )
}
