import { mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { quantileSorted } from '../../src-main/math/statistics/quantile.ts'
import { benchMachine, writeResults } from '../bench-output.ts'
import { printDuels } from './bbob-duel.ts'
import type { Summaries, Summary } from './peers.ts'
import { drawPicture } from './picture.ts'
import { isBbob } from './problems/bbob.ts'
import { allProblems, loadProblem, problemGroups, rankedProblems } from './problems/registry.ts'
import { printReport, rankTables } from './report.ts'
import { marks, type RunPlan, type StatedBudget } from './run.ts'
import { appendRun, readRuns, runKey } from './run-store.ts'
import { sourceVersion } from './source-version.ts'
import { workOff } from './work-off.ts'

/**
 * `npm run bench:search`: our samplers on the problems of the frozen peers, through `StudySearch`, one trial after the
 * other, no noise. Finished runs are kept in bench/results/search-runs.jsonl; an interrupted benchmark goes on.
 *
 *     npm run bench:search -- --sampler tpe --sampler 'tpe:{"preset":"watanabe"}' --problems closed --seeds 20
 */

interface Options {
  readonly sampler: readonly Entry[]
  readonly problems: readonly string[]
  readonly seeds: number
  readonly firstSeed: number
  readonly budgets: readonly number[]
  readonly stated: StatedBudget
  readonly longest: boolean
  readonly workers: number
  readonly quartiles: boolean
  readonly print: boolean
  readonly pictures?: string
}

interface Entry {
  readonly label: string
  readonly sampler: RunPlan['sampler']
}

function parseSampler(text: string, before: readonly Entry[] = []): Entry[] {
  const colon = text.indexOf(':')
  if (colon < 0) return [...before, { label: text, sampler: { name: text } }]
  const options = JSON.parse(text.slice(colon + 1)) as object
  return [...before, { label: text, sampler: { ...options, name: text.slice(0, colon) } }]
}

function parseProblems(text: string): string[] {
  return text.split(',').flatMap(name => {
    if (name === 'all') return allProblems
    if (name === 'ranked') return rankedProblems
    if (Object.hasOwn(problemGroups, name)) return problemGroups[name as keyof typeof problemGroups]
    return [name]
  })
}

function parseBudgets(text: string): number[] {
  const budgets = text.split(',').map(Number)
  if (budgets.every(budget => (marks as readonly number[]).includes(budget))) return budgets
  throw new InvalidArgumentError(`must be some of ${marks.join(', ')}`)
}

function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 0) return count
  throw new InvalidArgumentError('must be a whole number')
}

const command = new Command('bench:search')
  .requiredOption(
    '--sampler <name[:options]>',
    'a sampler, with options as JSON behind a colon; repeatable',
    parseSampler,
  )
  .option(
    '--problems <names>',
    `names or groups with commas between: all, ranked, ${Object.keys(problemGroups).join(', ')}`,
    parseProblems,
    [...allProblems],
  )
  .option('--seeds <count>', 'seeds for each problem', parseCount, 20)
  .option('--first-seed <number>', 'the first of the seeds', parseCount, 0)
  .option('--budgets <list>', 'evaluations', parseBudgets, [50, 100, 200, 1000])
  .option('--longest', 'one run of the largest budget; default: each budget its own run', false)
  .option('--untold', 'the study does not say how many trials it will run', false)
  .option('--workers <count>', 'processes', parseCount, os.availableParallelism())
  .option('--quartiles', 'print quartiles of every problem', false)
  .option('--print', 'only print what is there', false)
  .option('--pictures <folder>', 'draw one picture per sampler into this folder')
  .parse()

const parsed = command.opts<Omit<Options, 'stated'> & { readonly untold: boolean }>()
const options: Options = { ...parsed, stated: parsed.untold ? 'untold' : 'told' }

const problems: string[] = []
for (const name of options.problems) {
  if ((await loadProblem(name)) !== null) problems.push(name)
  else
    console.log(
      `skipped ${name}: not on this machine (TUNEWRIGHT_BENCH_DATA, TUNEWRIGHT_PEER_PYTHON)`,
    )
}
const versions = new Map(
  options.sampler.map(({ sampler: { name } }) => [name, sourceVersion(name)]),
)
const versionOf = ({ sampler }: RunPlan): string => versions.get(sampler.name)!

function planOf(entry: Entry, problem: string, seed: number, evaluations: number): RunPlan {
  const trials = options.longest ? Math.max(...options.budgets) : evaluations
  return { sampler: entry.sampler, problem, seed, trials, stated: options.stated }
}

/** Seed after seed, so that whatever is there when it is interrupted can be compared. */
function missingPlans(): RunPlan[] {
  const stored = readRuns()
  const plans = new Map<string, RunPlan>()
  for (let seed = options.firstSeed; seed < options.firstSeed + options.seeds; seed++) {
    for (const evaluations of options.budgets) {
      for (const problem of problems) {
        for (const entry of options.sampler) {
          const plan = planOf(entry, problem, seed, evaluations)
          const key = runKey(plan, versionOf(plan))
          if (!stored.has(key)) plans.set(key, plan)
        }
      }
    }
  }
  return [...plans.values()]
}

function valuesOf(entry: Entry, problem: string, evaluations: number): number[] {
  const values: number[] = []
  for (let seed = options.firstSeed; seed < options.firstSeed + options.seeds; seed++) {
    const plan = planOf(entry, problem, seed, evaluations)
    const value = finished.get(runKey(plan, versionOf(plan)))?.at[evaluations]
    if (value !== undefined) values.push(value)
  }
  return values
}

function summarize(entry: Entry): Summaries {
  const summaries: Record<string, Record<string, Summary>> = {}
  for (const problem of problems) {
    for (const evaluations of options.budgets) {
      const values = valuesOf(entry, problem, evaluations).sort((a, b) => a - b)
      if (values.length === 0) continue
      const at = (share: number): number => quantileSorted(values, share)
      summaries[problem] ??= {}
      summaries[problem][evaluations] = [at(0.5), at(0.25), at(0.75), values.length]
    }
  }
  return summaries
}

const missing = options.print ? [] : missingPlans()
let done = 0
await workOff(missing, options.workers, (plan, result) => {
  appendRun({ ...plan, ...result, version: versionOf(plan) })
  done++
  if (done % 50 === 0 || done === missing.length) {
    console.log(`${done} of ${missing.length} runs`)
  }
})

const finished = readRuns()
const summariesBySampler = Object.fromEntries(
  options.sampler.map(entry => [entry.label, summarize(entry)]),
)
const ranked = rankedProblems.filter(problem => problems.includes(problem))
const ranks = rankTables(ranked, options.budgets, summariesBySampler)
printReport({
  summariesBySampler,
  // One number for each of BBOB's 144 would fill the screen: see below.
  problems: problems.filter(name => !isBbob(name)),
  ranked,
  ranks,
  budgets: options.budgets,
  quartiles: options.quartiles,
})
for (const evaluations of options.budgets) {
  const byProblem = (entry: Entry): Record<string, number[]> =>
    Object.fromEntries(
      problems.filter(isBbob).map(name => [name, valuesOf(entry, name, evaluations)]),
    )
  printDuels(
    evaluations,
    Object.fromEntries(options.sampler.map(entry => [entry.label, byProblem(entry)])),
  )
}
if (options.pictures !== undefined) {
  mkdirSync(options.pictures, { recursive: true })
  for (const { label, sampler } of options.sampler) {
    const file = path.join(options.pictures, `search-${label.replace(/\W+/g, '-')}.svg`)
    writeFileSync(file, drawPicture(sampler.name, summariesBySampler[label] ?? {}))
    console.log(file)
  }
}
const { sampler, ...settings } = options
writeResults('search', {
  machine: benchMachine(),
  settings,
  samplers: sampler,
  versions: Object.fromEntries(versions),
  medians: summariesBySampler,
  ranks,
})
