/*
 * Lists the product files that a trial passes, from its proposal to its stored result.
 *
 *   node bin/run.cjs scripts/trial-path.ts [folder of a checkout] [--json]
 *
 * How it counts. For each kind of objective (function, command, task) two studies run through the public command
 * line, `tunewright run`, alike but for their number of trials: few and many. V8 counts every call of every function in
 * main, the search process and the trainer (NODE_V8_COVERAGE); in main it stops when the last trial is announced on the
 * terminal, so that the report does not count. A file is on the path if it has a function that the longer study called
 * at least once more per further trial than the shorter one. So modules that are only loaded, and what starts and ends a
 * study or a process, do not count; what reports each trial in the terminal does. What is called less often than once
 * per trial (a write per 200 ms, a heartbeat per second) is not seen.
 *
 * Every study has one slot, the sampler `random` and the pruner `none`, and reports three steps: what other samplers,
 * pruners and tasks add is their own. The core of the path are the files that all three kinds pass.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const fewTrials = 6
const manyTrials = 26

interface Coverage {
  readonly result: readonly {
    readonly url: string
    readonly functions: readonly {
      readonly functionName: string
      readonly ranges: readonly { readonly startOffset: number; readonly count: number }[]
    }[]
  }[]
}

const studies: Readonly<Record<string, object>> = {
  function: {
    objective: { function: 'branin', steps: 3 },
    goals: [{ metric: 'value', direction: 'minimize' }],
    space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  },
  command: {
    objective: { command: [process.execPath, 'program.cjs'], files: ['program.cjs'] },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  },
  task: {
    objective: { task: 'tabular', data: { file: 'table.csv', target: 'y' } },
    goals: [{ metric: 'validationLoss', direction: 'minimize' }],
    space: {
      layers: { fixed: 1 },
      units: { fixed: 4 },
      epochs: { fixed: 3 },
      batchSize: { fixed: 32 },
      learningRate: { float: [0.001, 0.1], log: true },
    },
    engine: 'cpu',
  },
}

const program = `
const x = ['x0', 'x1'].map(name => Number(process.env['TUNEWRIGHT_PARAM_' + name]))
for (const step of [1, 2, 3]) {
  console.log(JSON.stringify({ step, loss: x[0] ** 2 + x[1] + 3 / step }))
}
`

/** Loaded into main first: ends its counting when the last trial is announced. */
const channel = (last: number): string => `
import v8 from 'node:v8'
if (process.argv[1].endsWith('cli.ts')) {
  const write = process.stdout.write
  process.stdout.write = function (text, ...rest) {
    if (new RegExp('^trial ${last} ', 'm').test(String(text))) {
      v8.takeCoverage()
      v8.stopCoverage()
      process.stdout.write = write
    }
    return write.call(this, text, ...rest)
  }
}
`

/** A table of numbers and their kinds. */
function table(): string {
  const rows = Array.from({ length: 120 }, (_, row) =>
    [Math.sin(row), Math.cos(3 * row), row % 3 === 0 ? 'a' : 'b'].join(','),
  )
  return ['x,z,y', ...rows].join('\n')
}

/** Runs a study with a checkout's command line. @returns calls by file and function */
function countCalls(root: string, kind: string, trials: number): Map<string, Map<string, number>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-path-'))
  const counts = path.join(folder, 'counts')
  mkdirSync(counts)
  writeFileSync(path.join(folder, 'program.cjs'), program)
  writeFileSync(path.join(folder, 'table.csv'), table())
  const study = {
    ...studies[kind],
    name: kind,
    stop: { trials },
    parallelTrials: 1,
    seed: 7,
    sampler: { name: 'random' },
  }
  const file = path.join(folder, 'study.json')
  const notificationsFile = path.join(folder, 'notifications.mjs')
  writeFileSync(notificationsFile, channel(trials - 1))
  writeFileSync(file, JSON.stringify(study))
  const environment = { ...process.env, TUNEWRIGHT_TRUST: path.join(folder, 'trusted.json') }
  const tunewright = (...words: string[]): void => {
    const line = [path.join(root, 'bin', 'tunewright.cjs'), '--db', 'studies.sqlite', ...words]
    const env =
      words[0] === 'run'
        ? {
            ...environment,
            NODE_V8_COVERAGE: counts,
            NODE_OPTIONS: `--import=${pathToFileURL(notificationsFile).href}`,
          }
        : environment
    const { status, stderr } = spawnSync(process.execPath, line, {
      cwd: folder,
      env,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`)
  }
  if (kind === 'command') tunewright('trust', file, '--yes')
  tunewright('run', file)
  const calls = new Map<string, Map<string, number>>()
  for (const name of readdirSync(counts)) {
    const { result } = JSON.parse(readFileSync(path.join(counts, name), 'utf8')) as Coverage
    addCalls(calls, result, pathToFileURL(path.join(root, 'src-main')).href + '/')
  }
  rmSync(folder, { recursive: true })
  return calls
}

function addCalls(
  calls: Map<string, Map<string, number>>,
  scripts: Coverage['result'],
  product: string,
): void {
  for (const { url, functions } of scripts) {
    if (!url.startsWith(product)) continue
    const file = url.slice(product.length - 'src-main/'.length).replace(/[?#].*$/, '')
    const ofFile = calls.get(file) ?? new Map<string, number>()
    calls.set(file, ofFile)
    for (const { functionName, ranges } of functions) {
      const [whole] = ranges
      if (whole === undefined) continue
      const key = `${functionName}@${whole.startOffset}`
      ofFile.set(key, (ofFile.get(key) ?? 0) + whole.count)
    }
  }
}

/** The files of which some function is called at least once for each trial. */
export function trialPath(root: string, kind: string): string[] {
  const few = countCalls(root, kind, fewTrials)
  const many = countCalls(root, kind, manyTrials)
  return [...many]
    .filter(([file, calls]) =>
      [...calls].some(
        ([key, count]) => count - (few.get(file)?.get(key) ?? 0) >= manyTrials - fewTrials,
      ),
    )
    .map(([file]) => file)
    .sort()
}

if (import.meta.main) {
  const folder = process.argv.slice(2).find(each => !each.startsWith('--'))
  const root = path.resolve(folder ?? path.join(import.meta.dirname, '..'))
  const paths = new Map(Object.keys(studies).map(kind => [kind, trialPath(root, kind)]))
  const all = [...new Set([...paths.values()].flat())].sort()
  const core = all.filter(file => [...paths.values()].every(files => files.includes(file)))
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ core, ...Object.fromEntries(paths) }, null, 2))
  } else {
    for (const file of all) {
      const kinds = [...paths].filter(([, files]) => files.includes(file)).map(([kind]) => kind)
      console.log(`${file}  ${kinds.length === paths.size ? 'every trial' : kinds.join(', ')}`)
    }
    const lengths = [...paths].map(([kind, files]) => `${kind} ${files.length}`)
    console.log(`\nfiles that every trial passes: ${core.length}; by kind: ${lengths.join(', ')}`)
  }
}
