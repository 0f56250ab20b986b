import path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import {
  exampleNames,
  expectStored,
  OptunaExample,
  studiesOfExamples,
} from '../../helpers/optuna-examples.ts'
import { OptunaServer } from '../../helpers/optuna-server.ts'
import { findPeer } from '../../helpers/python-peer.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/** Optuna's own examples, all at once. */
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

function begin(port: number): OptunaExample[] {
  const at = { python: python ?? '', port, folder: scratch() }
  return exampleNames.map(name => new OptunaExample(name, at))
}

it.skipIf(python === null)(
  'five side by side run to their ends, and lose nothing that they were told when the server is killed',
  { timeout: 240_000 },
  async () => {
    const database = path.join(scratch(), 'studies.sqlite')
    const first = await start(database)
    const cut = begin(first.port)
    // Two examples run for a second only; the server is killed while the long ones run.
    await expect
      .poll(() => Math.min(...cut.map(({ told: reports }) => reports.length)), { timeout: 60_000 })
      .toBeGreaterThan(0)
    await expect
      .poll(() => cut[exampleNames.indexOf('pruning')]?.told.length, { timeout: 60_000 })
      .toBeGreaterThan(3)
    await first.end('SIGKILL')
    const second = await start(database, first.port)
    const whole = begin(second.port)
    expect(await Promise.all(whole.map(async ({ ended }) => ended))).toEqual(
      exampleNames.map(() => 0),
    )
    await Promise.all(cut.map(async ({ ended }) => ended))
    await second.end()

    const store = openStudyStore(database, { readOnly: true })
    const studies = [...store.listStudies()].sort((first, other) => first.id - other.id)
    expect(studies).toHaveLength(10)
    const [before, after] = [studies.slice(0, 5), studies.slice(5)].map(studiesOfExamples)
    if (before === undefined || after === undefined) throw new Error('two rounds are missing')
    const storedCounts = cut.map(example => expectStored(store, before[example.name], example))
    expect(Math.min(...storedCounts)).toBeGreaterThan(0)
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
