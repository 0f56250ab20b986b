/*
 * Makes databases as older versions of Tunewright left them, for test/fixtures/databases/studies.
 *
 *   node bin/run.cjs scripts/old-database.ts CHECKOUT FOLDER SCHEMA…
 *
 * CHECKOUT is a work tree of the old commit with its dependencies installed and some `dist/renderer/index.html`. Its own
 * command line and its own served page run small studies of every sampler and pruner, failures, interventions and
 * imports, so that as many kinds of stored texts as possible are there. FOLDER gets a `v000N.sqlite` per SCHEMA. An older
 * schema than that of CHECKOUT is made by its first database steps alone and gets the same studies: columns and tables
 * that came later are left out.
 *
 * The fixtures were made so: schema 11 is the one of 10, opened and packed with 0be21c6b; schema 10 is the one of 9, opened and packed (VACUUM) with fcba5394; schema 9 with f5bd3b8; schema 8 with 45f8dc4; schema 7 with cf8c9af; schema 6 with 2ccdd43; schemas 5, 4 and 3 with 43908a8, the last commit with schema 5. This
 * history begins with schema 5, so that 1 to 4 have no commit of their own here. v0001.sqlite and v0002.sqlite in
 * test/fixtures/databases were written when 1 and 2 were current.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import SqliteDatabase from 'better-sqlite3'

type Options = Readonly<Record<string, unknown>>

const branin = {
  objective: { function: 'branin', steps: 3 },
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  checkpoint: 'none',
}
const twoGoals = {
  objective: { function: 'zdt1', dimension: 3 },
  goals: ['f1', 'f2'].map(metric => ({ metric, direction: 'minimize' })),
  space: Object.fromEntries(['x0', 'x1', 'x2'].map(name => [name, { float: [0, 1] }])),
}
const table = {
  objective: { task: 'tabular', data: { file: 'table.csv', target: 'y', test: 0.2 } },
  goals: [{ metric: 'validationLoss', direction: 'minimize' }],
  space: {
    ...{ layers: { fixed: 1 }, units: { fixed: 4 }, epochs: { fixed: 3 } },
    ...{ batchSize: { fixed: 32 }, learningRate: { float: [0.001, 0.1], log: true } },
  },
  engine: 'cpu',
}
const three = [{ name: 'tpe', startupTrials: 2 }, { name: 'cmaes' }, { name: 'random' }]
const median = { name: 'median', startupTrials: 2 }

const studies: Readonly<Record<string, Options>> = {
  tpe: { ...branin, sampler: { name: 'tpe', startupTrials: 3 }, pruner: median },
  cmaes: { ...branin, sampler: { name: 'cmaes', population: 4 } },
  catcma: { ...branin, sampler: { name: 'catcma', population: 4 } },
  de: { ...branin, sampler: { name: 'de', population: 4 } },
  pso: { ...branin, sampler: { name: 'pso', particles: 3 } },
  genetic: { ...branin, sampler: { name: 'genetic', population: 3 } },
  gp: { ...branin, sampler: { name: 'gp', startupTrials: 3 }, pruner: { name: 'percentile', percentile: 40, startupTrials: 2 } }, // prettier-ignore
  forest: { ...branin, sampler: { name: 'forest', startupTrials: 3, randomEvery: 4 } },
  anneal: { ...branin, sampler: { name: 'anneal' }, pruner: { name: 'threshold', upper: 60 } },
  grid: { ...branin, sampler: { name: 'grid', points: 3 }, pruner: { name: 'wilcoxon' } },
  sobol: { ...branin, sampler: { name: 'sobol' }, pruner: { name: 'successiveHalving' } },
  halton: { ...branin, sampler: { name: 'halton' }, pruner: { name: 'asha', reductionFactor: 2 } },
  latinHypercube: { ...branin, sampler: { name: 'latinHypercube' }, pruner: { name: 'hyperband', maxResource: 3 } }, // prettier-ignore
  gradient: { ...branin, sampler: { name: 'gradient', estimator: 'central' } },
  auto: { ...branin, sampler: { name: 'auto' }, pruner: { name: 'patient', patience: 1, wrapped: median } }, // prettier-ignore
  mix: { ...branin, sampler: { name: 'mix', samplers: three } },
  portfolio: { ...branin, sampler: { name: 'portfolio', samplers: three } },
  nsga2: { ...twoGoals, sampler: { name: 'nsga2', population: 3 } },
  nsga3: { ...twoGoals, sampler: { name: 'nsga3', population: 3 } },
  'tpe of two goals': { ...twoGoals, sampler: { name: 'tpe', startupTrials: 3 }, pruner: { name: 'pareto', startupTrials: 2 } }, // prettier-ignore
  promotion: {
    ...branin,
    checkpoint: {},
    pruner: { name: 'promotion', maxResource: 3, reductionFactor: 2 },
  },
  rules: { ...branin, pruner: { name: 'rules', rules: [{ metric: 'value', direction: 'minimize', ...median }] } }, // prettier-ignore
  constraints: {
    objective: { function: 'gardner1' },
    goals: branin.goals,
    constraints: ['c1'],
    space: { x0: { float: [0, 6] }, x1: { float: [0, 6] } },
    sampler: { name: 'gp', startupTrials: 3 },
  },
  relations: { ...branin, relations: ['x0 < x1', 'x0 + x1 <= 12'], enqueue: [{ x0: 1 }, { x0: 2, x1: 3 }], sampler: { name: 'tpe', startupTrials: 3 } }, // prettier-ignore
  reuse: {
    ...branin,
    space: { x0: { choice: [0, 1] }, x1: { choice: [2, 3] } },
    duplicates: 'reuse',
  },
  redraw: {
    ...branin,
    space: { x0: { choice: [0, 1] }, x1: { choice: [2, 3] } },
    duplicates: 'redraw',
  },
  target: { ...branin, stop: { trials: 50, target: 20 } },
  stagnation: { ...branin, stop: { trials: 50, stagnation: 3 } },
  'learns from tpe': { ...branin, warmStart: [{ study: 'tpe' }], sampler: { name: 'tpe' }, stop: { trials: 3 } }, // prettier-ignore
  failing: {
    ...branin,
    objective: { command: ['node', 'program.cjs'], files: ['program.cjs'] },
    retry: { killed: 1, code: 1 },
    timeout: { trialMinutes: 0.3 },
    stop: { trials: 20, failures: 6 },
  },
  table: { ...table, sampler: { name: 'tpe', startupTrials: 3 }, pruner: median, ensemble: 2, stop: { trials: 6 } }, // prettier-ignore
  pbt: { ...table, sampler: { name: 'pbt', population: 3, interval: 1, steps: 3 } },
  pb2: { ...table, sampler: { name: 'pb2', population: 3, interval: 1, steps: 3 } },
  descent: {
    ...table,
    objective: { ...table.objective, hypergradients: { mode: 'reverse', steps: 6 } },
    goals: [{ metric: 'holdoutLoss', direction: 'minimize' }],
    space: { layers: { fixed: 0 }, learningRate: { float: [0.001, 1], log: true } },
    sampler: { name: 'gradient', estimator: 'objective', stepSize: 0.05 },
    engine: 'wasm',
    stop: { trials: 4 },
  },
}

/** Succeeds at first; later it fails in another way each time. */
const program = `
const trial = Number(process.env.TUNEWRIGHT_TRIAL)
if (trial < 2) console.log(JSON.stringify({ step: 1, value: 3 - trial }))
else if (trial === 2) { console.error('Error: no such layer'); process.exit(3) }
else if (trial === 3) console.log('{"step": 1, "value": NaN}')
else if (trial === 4) process.kill(process.pid, 'SIGKILL')
else if (trial === 5) { console.error('CUDA out of memory'); process.exit(1) }
else if (trial === 6) setTimeout(() => {}, 60_000)
`

const runs = `run,rate,layers,loss,state
0,0.1,2,0.5,finished
1,0.01,3,0.25,finished
2,oops,3,,crashed
3,0.2,4,0.75,finished
`

function tableText(): string {
  const rows = Array.from({ length: 150 }, (_, row) =>
    [Math.sin(row).toFixed(4), Math.cos(3 * row).toFixed(4), row % 3 === 0 ? 'a' : 'b'].join(','),
  )
  return ['x,z,y', ...rows].join('\n')
}

class Recipe {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-studies-'))
  readonly database = path.join(this.folder, 'studies.sqlite')
  readonly #command: string
  // Nothing else: a study of a program keeps the variables that it started with.
  readonly #environment = {
    PATH: process.env['PATH'],
    HOME: this.folder,
    TUNEWRIGHT_TRUST: path.join(this.folder, 'trusted.json'),
    XDG_CACHE_HOME: path.join(this.folder, 'cache'),
    LANG: 'C.UTF-8',
  }

  constructor(checkout: string) {
    this.#command = path.join(checkout, 'bin', 'tunewright.cjs')
    writeFileSync(path.join(this.folder, 'program.cjs'), program)
    writeFileSync(path.join(this.folder, 'table.csv'), tableText())
    writeFileSync(path.join(this.folder, 'runs.csv'), runs)
  }

  /** Runs one command to its end and prints how it ended. */
  run(...words: string[]): void {
    const line = [this.#command, '--db', this.database, ...words]
    const options = { cwd: this.folder, env: this.#environment, encoding: 'utf8' } as const
    const { status, stderr } = spawnSync(process.execPath, line, options)
    console.log(
      `${words.join(' ')}: ${status} ${stderr.trim().split('\n').slice(0, 3).join(' | ')}`,
    )
  }

  write(name: string, study: Options): string {
    const file = path.join(this.folder, `${name}.json`)
    const whole = { name, stop: { trials: 6 }, slots: 1, seed: 7, ...study }
    writeFileSync(file, JSON.stringify(whole))
    return file
  }

  start(...words: string[]) {
    // Without the launcher: a signal reaches the program itself.
    const program = path.join(path.dirname(this.#command), '../src-main/cli.ts')
    const line = [program, '--db', this.database, ...words]
    return spawn(process.execPath, line, {
      ...{ cwd: this.folder, env: this.#environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  }

  /** What a person does in the page, by the page's own calls. */
  async steer(): Promise<void> {
    const server = this.start('--json', 'serve', '--port', '0')
    const link = await new Promise<string>(resolve => {
      let output = ''
      server.stdout.on('data', chunk => {
        output += String(chunk)
        const linkText = /"link":"([^"]+)"/.exec(output)?.[1]
        if (linkText !== undefined) resolve(linkText)
      })
    })
    const signedIn = await fetch(link, { redirect: 'manual' })
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const key = signedIn.headers.get('location')?.split('#key=')[1] ?? ''
    const ask = async (method: string, payload: Options): Promise<Options> => {
      const answer = await fetch(new URL('/api/call', link), {
        method: 'POST',
        headers: { cookie, 'tunewright-key': key, 'content-type': 'application/json' },
        body: JSON.stringify({ method, payload }),
      })
      const reply = (await answer.json()) as { value?: Options; error?: unknown }
      if (reply.error !== undefined) console.log(`${method}: ${JSON.stringify(reply.error)}`)
      return reply.value ?? {}
    }
    const create = async (name: string, changes: Options): Promise<number> => {
      const study = { name, ...branin, slots: 1, seed: 7, stop: { trials: 9 }, ...changes }
      await ask('study.create', { text: JSON.stringify(study), format: 'json', start: true })
      const rows = (await ask('study.list', {})) as unknown as {
        id: number
        name: string
      }[]
      return rows.find(row => row.name === name)?.id ?? 0
    }
    /** Waits until so many trials of a study have finished. */
    const finished = async (studyId: number, trials: number): Promise<void> => {
      for (let tries = 0; tries < 300; tries++) {
        const events = (await ask('study.events', { studyId })) as unknown as { kind: string }[]
        if (events.filter(({ kind }) => kind === 'trial.finished').length >= trials) return
        await wait(200)
      }
    }
    const slow = { objective: { function: 'branin', steps: 4, durationMs: 250 } }
    const studyId = await create('steered', { ...slow, pruner: median })
    await finished(studyId, 3)
    await ask('trial.note', { studyId, number: 0, text: 'A first look: 看起来不错' })
    await ask('trial.exclude', { studyId, numbers: [1], excluded: true })
    await ask('trial.enqueue', { studyId, parameters: { x0: 3, x1: 2 }, from: null })
    await ask('trial.enqueue', { studyId, parameters: { x0: 4, x1: 2 }, from: 0 })
    await ask('trial.cancel', { studyId, number: 3 })
    await ask('study.label', { studyId, labels: { tags: ['demo'], note: 'by hand', archived: false } }) // prettier-ignore
    await ask('study.change', { studyId, change: { stop: { trials: 12 }, slots: 2, space: { x0: { float: [-4, 9] } } } }) // prettier-ignore
    await ask('study.change', { studyId, change: { pruner: { name: 'none' } } })
    await finished(studyId, 6)
    await ask('study.pause', { studyId })
    await wait(5_000)
    await ask('trial.exclude', { studyId, numbers: [1], excluded: false })
    await ask('study.start', { studyId })
    await finished(studyId, 11)
    const stopped = await create('stopped', slow)
    await finished(stopped, 2)
    await ask('study.stop', { studyId: stopped, when: 'now' })
    const binned = await create('in the bin', { stop: { trials: 2 } })
    await finished(binned, 2)
    await wait(3_000)
    await ask('study.delete', { studyId: binned })
    await ask('study.restore', { studyId: binned })
    await ask('study.delete', { studyId: binned })
    const ended = new Promise(resolve => server.on('exit', resolve))
    server.kill('SIGTERM')
    await ended
  }

  /** A study whose process is killed while a trial runs, and goes on later. */
  async interrupt(): Promise<void> {
    const slow = { ...branin, objective: { function: 'branin', steps: 4, durationMs: 300 } }
    const file = this.write('interrupted', { ...slow, stop: { trials: 4 } })
    const child = this.start('run', file)
    await new Promise<void>(resolve => {
      child.stdout.on('data', chunk => {
        if (String(chunk).includes('trial 1 ')) resolve()
      })
    })
    const ended = new Promise(resolve => child.on('exit', resolve))
    child.kill('SIGKILL')
    await ended
    await wait(1_000)
    this.run('resume', 'interrupted')
  }
}

interface OldMigration {
  readonly version: number
  readonly up: (handle: SqliteDatabase.Database) => void
}

/** Copies a database, an older schema as the first steps alone make it: what came later is left out. */
async function writeSchema(checkout: string, from: string, to: string, schema: number) {
  const newer = new SqliteDatabase(from)
  const isOwn = newer.pragma('user_version', { simple: true }) === schema
  if (isOwn) newer.exec(`VACUUM INTO '${to}'`)
  newer.close()
  if (isOwn) {
    shrink(new SqliteDatabase(to))
    return
  }
  const module = path.join(checkout, 'src-main/platform/storage/migrations/migrations.ts')
  const { migrations } = (await import(pathToFileURL(module).href)) as {
    migrations: readonly OldMigration[]
  }
  const handle = new SqliteDatabase(to)
  for (const step of migrations.slice(0, schema)) step.up(handle)
  const triggers = handle
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
    )
    .all()
  for (const { name } of triggers) handle.exec(`DROP TRIGGER ${name}`)
  handle.pragma('foreign_keys = OFF')
  handle.exec(`ATTACH '${from}' AS newer`)
  const columns = (table: string): string[] =>
    (handle.pragma(`${table}`) as { name: string }[]).map(({ name }) => name)
  const tables = handle
    .prepare<[], string>(
      "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    )
    .pluck()
    .all()
  for (const table of tables) {
    const names = columns(`main.table_info(${table})`).join(', ')
    handle.exec(`DELETE FROM main.${table};
      INSERT INTO main.${table} (${names}) SELECT ${names} FROM newer.${table}`)
  }
  for (const { sql } of triggers) handle.exec(sql)
  handle.pragma(`application_id = ${0x54_6e_77_72}`)
  handle.pragma(`user_version = ${schema}`)
  handle.exec('DETACH newer')
  shrink(handle)
}

/** Small pages: most tables have few rows. Nothing of the machine that made it. */
function shrink(handle: SqliteDatabase.Database): void {
  handle.exec(`UPDATE studies SET
    environment = json_set(environment, '$.platform', 'Linux x64', '$.cpu', 'a processor')`)
  handle.pragma('journal_mode = DELETE')
  handle.pragma('page_size = 1024')
  handle.exec('VACUUM')
  handle.close()
}

const [checkoutArgument, folder, ...schemas] = process.argv.slice(2)
if (checkoutArgument === undefined || folder === undefined || schemas.length === 0) {
  console.error('usage: node bin/run.cjs scripts/old-database.ts CHECKOUT FOLDER SCHEMA…')
  process.exit(64)
}
const checkout = path.resolve(checkoutArgument)
const recipe = new Recipe(checkout)
for (const [name, study] of Object.entries(studies)) {
  const studyFile = recipe.write(name, study)
  if (name === 'failing') recipe.run('trust', studyFile, '--yes')
  recipe.run('run', studyFile)
}
await recipe.interrupt()
recipe.run('extend', 'table', '--epochs', '2', '--best', '1')
recipe.run('fork', 'table', '0', '--set', 'learningRate=0.02', '--epochs', '2')
recipe.run('resume', 'table')
recipe.run('import', 'runs.csv', '--name', 'runs', '--goal', 'loss:minimize')
recipe.run('export', 'tpe', 'optuna.sqlite', '--format', 'optuna')
recipe.run('import', 'optuna.sqlite', '--name', 'from Optuna')
recipe.run('verify', 'tpe', '--retrain', 'best')
await recipe.steer()

mkdirSync(folder, { recursive: true })
for (const schema of schemas) {
  const file = path.resolve(folder, `v${schema.padStart(4, '0')}.sqlite`)
  rmSync(file, { force: true })
  await writeSchema(checkout, recipe.database, file, Number(schema))
  console.log(`${file}: ${readFileSync(file).length} bytes`)
}
rmSync(recipe.folder, { recursive: true })
