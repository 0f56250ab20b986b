import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, it, onTestFinished } from 'vitest'
import type { SqliteStudyReader } from '../../../src-main/storage/sqlite-study-reader.ts'
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
  study = ''
  readonly told: Told[] = []
  readonly ended: Promise<number | null>

  constructor(name: Name, port: number) {
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
    this.study = /A new study created.* with name: (?<name>\S+)/.exec(line)?.groups?.['name'] ?? this.study // prettier-ignore
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

/** Every trial that the program was told is stored. @returns how many these are */
function expectStored(store: SqliteStudyReader, { study, told }: Example): number {
  const { id } = store.findStudy(study)
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
    await expect
      .poll(() => Math.min(...cut.map(({ told }) => told.length)), { timeout: 60_000 })
      .toBeGreaterThan(3)
    await first.end('SIGKILL')
    const second = await start(database, first.port)
    const whole = names.map(name => new Example(name, second.port))
    expect(await Promise.all(whole.map(async ({ ended }) => ended))).toEqual(names.map(() => 0))
    await Promise.all(cut.map(async ({ ended }) => ended))
    await second.end()

    const store = openStudyStore(database, { readOnly: true })
    const kept = cut.map(example => expectStored(store, example))
    expect(Math.min(...kept)).toBeGreaterThan(3)
    const counts = whole.map(example => expectStored(store, example))
    expect(counts[1]).toBe(100)
    expect(counts[4]).toBe(100)
    const studyOf = (name: Name) =>
      store.findStudy(whole[names.indexOf(name)]?.study ?? '').specification
    expect(studyOf('quadratic').space).toEqual({
      x: { float: [-100, 100] },
      y: { choice: [-1, 0, 1] },
    })
    expect(studyOf('quadratic_multi_objective').goals).toEqual([
      { metric: 'value_0', direction: 'minimize' },
      { metric: 'value_1', direction: 'maximize' },
    ])
    expect(studyOf('quadratic_constraint').constraints).toHaveLength(2)
    expect(studyOf('sklearn_simple').space).toMatchObject({
      svc_c: { log: true, when: { classifier: 'SVC' } },
      rf_max_depth: { int: [2, 32], when: { classifier: 'RandomForest' } },
    })
    const pruning = store.findStudy(whole[1]?.study ?? '')
    expect(pruning.trials.pruned).toBeGreaterThan(0)
    store.close()
  },
)
