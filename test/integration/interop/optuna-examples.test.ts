import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, it, onTestFinished } from 'vitest'
import type { SqliteStudyReader } from '../../../src-main/storage/sqlite-study-reader.ts'
import type { StudySummary } from '../../../src-main/contract/study.ts'
import { openStudyStore } from '../../../src-main/storage/sqlite-study-store.ts'
import { OptunaServer } from '../../helpers/optuna-server.ts'
import { findPeer } from '../../helpers/python-peer.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/** Optuna's own examples (fixtures/optuna/examples), unchanged but for the argument `storage=`. */
const examples = path.join(import.meta.dirname, '../../fixtures/optuna/examples')
const names = ['quadratic', 'pruning', 'quadratic_multi_objective', 'quadratic_constraint', 'sklearn_simple'] as const // prettier-ignore
type Name = (typeof names)[number]

const scratch = useScratchFolders()
const python = findPeer('TUNEWRIGHT_PEERS_PYTHON')
const open: OptunaServer[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map(async server => server.end('SIGKILL')))
})

async function start(database: string, port = 0): Promise<OptunaServer> {
  const server = await OptunaServer.start(database, port)
  open.push(server)
  return server
}

interface Told {
  readonly number: number
  readonly state: 'complete' | 'pruned'
  readonly values: readonly number[]
}

/** A program that runs, and all that Optuna's log says is stored. */
class Example {
  readonly name: Name
  readonly told: Told[] = []
  readonly ended: Promise<number | null>

  constructor(name: Name, port: number) {
    this.name = name
    const file = path.join(scratch(), `${name}.py`)
    const storage = `storage=optuna.storages.GrpcStorageProxy(host="localhost", port=${port}), `
    const source = readFileSync(path.join(examples, `${name}.py`), 'utf8')
    writeFileSync(file, source.replace('create_study(', `create_study(${storage}`))
    const program = spawn(python ?? '', ['-W', 'ignore', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    onTestFinished(() => void program.kill('SIGKILL'))
    this.ended = new Promise(resolve => program.once('close', resolve))
    createInterface({ input: program.stderr }).on('line', line => {
      this.#hear(line)
    })
  }

  #hear(line: string): void {
    const trial = /Trial (?<number>\d+) (?:(?<pruned>pruned)|finished with values?: (?<values>\[[^\]]*\]|\S+))/.exec(line)?.groups // prettier-ignore
    if (trial === undefined) return
    const values = trial['values'] ?? '[]'
    this.told.push({
      number: Number(trial['number']),
      state: trial['pruned'] === undefined ? 'complete' : 'pruned',
      values: JSON.parse(values.startsWith('[') ? values : `[${values}]`) as number[],
    })
  }
}

/** Each example among studies that were made in one round; they have names by chance, and tell by what they search. */
function studiesOf(studies: readonly StudySummary[]): Readonly<Record<Name, StudySummary>> {
  const withParameter = (name: string) => (study: StudySummary) => name in study.specification.space
  const one = (wanted: (study: StudySummary) => boolean): StudySummary => {
    const found = studies.filter(wanted)
    expect(found).toHaveLength(1)
    return found[0] as StudySummary
  }
  const quadratics = studies.filter(withParameter('x'))
  expect(quadratics).toHaveLength(3)
  const hasConstraints = ({ specification }: StudySummary): boolean =>
    (specification.constraints?.length ?? 0) > 0
  const isMultiple = ({ specification }: StudySummary): boolean => specification.goals.length === 2
  return {
    quadratic: one(
      study => quadratics.includes(study) && !hasConstraints(study) && !isMultiple(study),
    ),
    pruning: one(withParameter('alpha')),
    quadratic_multi_objective: one(isMultiple),
    quadratic_constraint: one(hasConstraints),
    sklearn_simple: one(withParameter('classifier')),
  }
}

/** Every trial that the program was told is stored. @returns how many these are */
function expectStored(store: SqliteStudyReader, { id }: StudySummary, { told }: Example): number {
  const trials = store.trials(id)
  for (const { number, state, values } of told) {
    const trial = trials[number]
    expect(trial?.state).toBe(state)
    if (state === 'complete') expect(trial?.values).toEqual(values)
  }
  return told.length
}

it.skipIf(python === null)(
  'five side by side run to their ends, and lose nothing that they were told when the server is killed',
  { timeout: 240_000 },
  async () => {
    const database = path.join(scratch(), 'studies.sqlite')
    const first = await start(database)
    const cut = names.map(name => new Example(name, first.port))
    // Two examples run for a second only; the server is killed while the long ones run.
    await expect
      .poll(() => Math.min(...cut.map(({ told }) => told.length)), { timeout: 60_000 })
      .toBeGreaterThan(0)
    await expect
      .poll(() => cut[names.indexOf('pruning')]?.told.length, { timeout: 60_000 })
      .toBeGreaterThan(3)
    await first.end('SIGKILL')
    const second = await start(database, first.port)
    const whole = names.map(name => new Example(name, second.port))
    expect(await Promise.all(whole.map(async ({ ended }) => ended))).toEqual(names.map(() => 0))
    await Promise.all(cut.map(async ({ ended }) => ended))
    await second.end()

    const store = openStudyStore(database, { readOnly: true })
    const studies = [...store.listStudies()].sort((one, other) => one.id - other.id)
    expect(studies).toHaveLength(10)
    const [before, after] = [studies.slice(0, 5), studies.slice(5)].map(studiesOf)
    if (before === undefined || after === undefined) throw new Error('two rounds are missing')
    const kept = cut.map(example => expectStored(store, before[example.name], example))
    expect(Math.min(...kept)).toBeGreaterThan(0)
    for (const example of whole) {
      const stored = expectStored(store, after[example.name], example)
      expect(stored).toBe(after[example.name].trials.complete + after[example.name].trials.pruned)
    }
    expect(after.pruning.trials.pruned).toBeGreaterThan(0)
    expect(after.pruning.trials.complete + after.pruning.trials.pruned).toBe(100)
    expect(after.quadratic.specification.space).toEqual({
      x: { float: [-100, 100] },
      y: { choice: [-1, 0, 1] },
    })
    expect(after.quadratic_multi_objective.specification.goals).toEqual([
      { metric: 'value_0', direction: 'minimize' },
      { metric: 'value_1', direction: 'maximize' },
    ])
    expect(after.quadratic_constraint.specification.constraints).toHaveLength(2)
    expect(after.sklearn_simple.specification.space).toMatchObject({
      svc_c: { log: true, when: { classifier: 'SVC' } },
      rf_max_depth: { int: [2, 32], when: { classifier: 'RandomForest' } },
    })
    store.close()
  },
)
