import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import SqliteDatabase from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { readRunFolder } from '../../../../../../src-main/features/imports/node/run-folder/read-run-folder.ts'
import { ValueBudget } from '../../../../../../src-main/features/imports/node/run-folder/run-values.ts'
import { catchAppError } from '../../../../../helpers/catch-error.ts'
import { canLink } from '../../../../../helpers/can-link.ts'
import { copyInterrupted } from '../../../../../helpers/interrupted-database.ts'
import { useScratchFolders } from '../../../../../helpers/scratch-folder.ts'

const fixtures = fileURLToPath(new URL('../../../../../fixtures/past-runs', import.meta.url))
const scratch = useScratchFolders()

/** A folder with these files. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = scratch()
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return folder
}

function unpacked(name: string, as: string): string {
  const folder = scratch()
  writeFileSync(path.join(folder, as), gunzipSync(readFileSync(path.join(fixtures, `${name}.gz`))))
  return folder
}

const settings = [
  { lr: 0.001, units: 32, optimizer: 'adam', epochs: 3, note: 'x' },
  { lr: 0.01, units: 64, optimizer: 'sgd', epochs: 3, note: 'x' },
  { lr: 0.1, units: 16, optimizer: 'adam', epochs: 3, note: 'x' },
]
const byLearningRate = (folder: string) => {
  const { runs, problems } = readRunFolder(folder)
  expect(problems).toEqual([])
  return runs.toSorted((a, b) => Number(a.settings['lr']) - Number(b.settings['lr']))
}

describe('runs as their libraries write them', () => {
  it.each([
    ['W&B', () => path.join(fixtures, 'wandb'), 'past', ['complete', 'complete', 'failed']],
    ['MLflow', () => path.join(fixtures, 'mlruns'), 'past', ['complete', 'complete', 'killed']],
    [
      'MLflow',
      () => unpacked('mlflow.db', 'mlflow.db'),
      'past',
      ['complete', 'complete', 'killed'],
    ],
    ['Trackio', () => unpacked('trackio.db', 'past.db'), 'past', [null, null, null]],
    ['TensorBoard', () => path.join(fixtures, 'tensorboard'), null, [null, null, null]],
  ])('of %s: settings, curves, state and times', (program, folder, group, states) => {
    const runs = byLearningRate(folder())
    expect(runs.map(run => [run.program, run.group])).toEqual(runs.map(() => [program, group]))
    expect(runs.map(run => run.settings)).toMatchObject(settings)
    expect(runs.map(run => run.metrics['val_loss'])).toEqual([
      { steps: [1, 2, 3], values: [0.5, expect.closeTo(1 / 3, 6), 0.25] },
      { steps: [1, 2, 3], values: [1, expect.closeTo(2 / 3, 6), 0.5] },
      { steps: [1, 2, 3], values: [1.5, 1, 0.75] },
    ])
    const seen = runs.map(({ state }) => (program === 'TensorBoard' ? null : state))
    expect(seen).toEqual(states)
    for (const { startedAtMs, finishedAtMs } of runs) {
      expect(startedAtMs).toBeGreaterThan(Date.UTC(2026, 11, 1))
      expect(finishedAtMs).toBeGreaterThanOrEqual(startedAtMs ?? 0)
    }
  })

  it('of W&B: nested settings, and those that came later', () => {
    const [first] = byLearningRate(path.join(fixtures, 'wandb'))
    expect(first?.name).toBe('trial 0')
    expect(first?.settings).toMatchObject({ 'model.depth': 1, 'model.sizes': '[0,2]', late: 5 })
  })

  it('of TensorBoard: the metrics of the HParams plugin have no name of a time in them', () => {
    const [first] = byLearningRate(path.join(fixtures, 'tensorboard'))
    expect(Object.keys(first?.metrics ?? {}).sort()).toEqual([
      'accuracy',
      'hparam/best',
      'val_loss',
    ])
  })

  it('of TensorBoard: arguments that were written as a text', () => {
    const runs = byLearningRate(path.join(fixtures, 'tensorboard-text'))
    expect(runs.map(run => run.settings)).toEqual(settings)
  })
})

const metricsFile = 'epoch,val_loss\n1,0.5\n2,0.25\n'

describe('runs whose configuration is a file beside their logs', () => {
  it.each([
    [
      'Lightning',
      { 'v0/hparams.yaml': 'lr: 0.1\nmodel: {depth: 2}\n', 'v0/metrics.csv': metricsFile },
    ],
    [
      'Ultralytics',
      { 'v0/args.yaml': 'lr: 1e-1\nmodel.depth: 2\n', 'v0/results.csv': metricsFile },
    ],
    [
      'JSON',
      {
        'v0/config.json': '{"lr": 0.1, "model": {"depth": 2}, "nan": NaN}',
        'v0/log.csv': metricsFile,
      },
    ],
    ['TOML', { 'v0/config.toml': 'lr = 0.1\n[model]\ndepth = 2\n', 'v0/metrics.csv': metricsFile }],
    [
      'Hydra',
      {
        'v0/.hydra/config.yaml': 'lr: 0.1\nmodel: {depth: 2}\n',
        'v0/a/b/metrics.csv': metricsFile,
      },
    ],
    [
      'overrides',
      { 'v0/.hydra/overrides.yaml': '- lr=0.1\n- model.depth=2\n', 'v0/metrics.csv': metricsFile },
    ],
    [
      'Guild',
      { 'v0/.guild/attrs/flags': 'lr: 0.1\nmodel.depth: 2\n', 'v0/metrics.csv': metricsFile },
    ],
    [
      'Python tags',
      {
        'v0/hparams.yaml': 'lr: 0.1\nmodel: !!python/object:argparse.Namespace {depth: 2}\n',
        'v0/metrics.csv': metricsFile,
      },
    ],
  ])('%s', (_, files) => {
    const { runs, problems } = readRunFolder(folderOf(files))
    expect(problems).toEqual([])
    expect(runs).toHaveLength(1)
    expect(runs[0]).toMatchObject({ name: 'v0', settings: { lr: 0.1, 'model.depth': 2 } })
    expect(runs[0]?.metrics).toMatchObject({ val_loss: { steps: [1, 2], values: [0.5, 0.25] } })
  })

  it('Guild also says how and when they ended', () => {
    const attributes = {
      flags: 'lr: 1',
      started: '1700000000000000',
      stopped: '1700000060000000',
      exit_status: '-9',
    }
    const files = Object.entries(attributes).map(([name, text]): [string, string] => [
      `run/.guild/attrs/${name}`,
      text,
    ])
    const { runs } = readRunFolder(
      folderOf({ ...Object.fromEntries(files), 'run/metrics.csv': metricsFile }),
    )
    expect(runs).toMatchObject([
      {
        program: 'Guild',
        state: 'killed',
        startedAtMs: 1_700_000_000_000,
        finishedAtMs: 1_700_000_060_000,
      },
    ])
  })

  it('a configuration above several runs is not taken for one of them', () => {
    const { runs } = readRunFolder(
      folderOf({
        'config.yaml': 'lr: 9\n',
        'a/config.yaml': 'lr: 1\n',
        'a/logs/metrics.csv': metricsFile,
        'a/logs/results.json': '{"accuracy": 0.5}',
        'b/hparams.yaml': 'lr: 2\n',
        'b/metrics.csv': metricsFile,
      }),
    )
    expect(runs.map(run => [run.name, run.settings, Object.keys(run.metrics)])).toEqual([
      ['a', { lr: 1 }, ['val_loss', 'accuracy']],
      ['b', { lr: 2 }, ['val_loss']],
    ])
  })

  it('states of checkpoints are of the run that has them, and a pickle is not loaded', () => {
    const state = (step: number) =>
      JSON.stringify({
        log_history: Array.from({ length: step }, (_, at) => ({
          step: at + 1,
          eval_loss: 1 / (at + 1),
        })),
      })
    const { runs, problems } = readRunFolder(
      folderOf({
        'out/config.json': '{"hidden_size": 16}',
        'out/training_args.bin': 'pickle',
        'out/checkpoint-1/trainer_state.json': state(1),
        'out/checkpoint-2/trainer_state.json': state(2),
      }),
    )
    expect(runs).toMatchObject([
      {
        name: 'out',
        program: 'Transformers',
        metrics: { eval_loss: { steps: [1, 2], values: [1, 0.5] } },
      },
    ])
    expect(problems).toEqual([
      {
        run: 'out',
        file: path.join('out', 'training_args.bin'),
        reason: { code: 'import.pickleLeft' },
      },
    ])
  })
})

describe('what is broken or hostile', () => {
  const run = { 'good/config.json': '{"lr": 1}', 'good/metrics.csv': metricsFile }

  it.each([
    ['YAML that is none', 'bad/config.yaml', 'a: [1'],
    [
      'YAML that multiplies itself',
      'bad/config.yaml',
      `a: &a [${'x,'.repeat(9)}x]\n${'bcdefgh'
        .split('')
        .map((name, at) => `${name}: &${name} [${`*${'abcdefgh'[at] ?? ''},`.repeat(9)}1]`)
        .join('\n')}`,
    ],
    ['JSON that is deep', 'bad/config.json', '['.repeat(100_000)],
    ['YAML that is deep', 'bad/config.yaml', '['.repeat(20_000)],
    ['a file that is too large', 'bad/config.json', ' '.repeat(1_000_001)],
  ])('%s is said, and the other runs are read', (_, name, text) => {
    const { runs, problems } = readRunFolder(
      folderOf({ ...run, [name]: text, 'bad/metrics.csv': metricsFile }),
    )
    expect(runs.map(({ name: each }) => each).sort()).toEqual(['bad', 'good'])
    expect(problems).toMatchObject([{ run: 'bad', file: path.normalize(name) }])
  })

  it('a damaged file of W&B keeps what stood before the damage', () => {
    const folder = scratch()
    cpSync(path.join(fixtures, 'wandb'), folder, { recursive: true })
    const { runs } = readRunFolder(folder)
    const file = path.join(folder, 'offline-run-20261202_135607-x52bq3o1', 'run-x52bq3o1.wandb')
    const bytes = readFileSync(file)
    bytes.fill(0xff, bytes.length - 300)
    writeFileSync(file, bytes)
    const damaged = readRunFolder(folder)
    expect(damaged.runs).toHaveLength(runs.length)
    expect(damaged.problems).toMatchObject([{ reason: { code: 'failure.metricLog.damaged' } }])
  })

  it('a database whose writer was killed in the middle of a change is read without that change', () => {
    const folder = scratch()
    copyInterrupted(
      path.join(folder, 'p.db'),
      `CREATE TABLE metrics (run_name TEXT, timestamp TEXT, step INTEGER, metrics TEXT);
      INSERT INTO metrics VALUES ('a', '', 1, '{"loss": 1}'), ('a', '', 2, '{"loss": 0.5}');
      CREATE TABLE configs (run_name TEXT, config TEXT, created_at TEXT);
      INSERT INTO configs VALUES ('a', '{"lr": 0.1}', '')`,
      'metrics',
    )
    const { runs, problems } = readRunFolder(folder)
    expect(problems).toEqual([])
    expect(runs).toMatchObject([{ name: 'a', settings: { lr: 0.1 } }])
    expect(runs[0]?.metrics['loss']).toEqual({ steps: [1, 2], values: [1, 0.5] })
  })

  it('a file that is no database is said', () => {
    const folder = folderOf({ ...run, 'x.db': 'SQLite format 3\0 and nothing else' })
    const { runs, problems } = readRunFolder(folder)
    expect(runs).toHaveLength(1)
    expect(problems).toMatchObject([{ run: 'x.db', file: 'x.db' }])
  })

  it.each([
    ['a view', 'CREATE VIEW configs AS SELECT "a" AS run_name, "{}" AS config'],
    ['computed columns', `CREATE TABLE configs (run_name TEXT, config TEXT AS ('{"lr": 3}'))`],
  ])('%s in the place of a table of Trackio is not read', (_, sql) => {
    const folder = folderOf(run)
    const database = new SqliteDatabase(path.join(folder, 'p.db'))
    database.exec(
      'CREATE TABLE metrics (run_name TEXT, timestamp TEXT, step INTEGER, metrics TEXT)',
    )
    database.exec(`INSERT INTO metrics VALUES ('a', '', 1, '{"loss": 1}')`)
    database.exec(sql)
    database.close()
    expect(readRunFolder(folder).runs.map(({ program }) => program)).toEqual(['CSV'])
  })

  it.runIf(canLink)('links are not followed', () => {
    const elsewhere = folderOf(run)
    const folder = folderOf({ 'own/config.json': '{"lr": 2}', 'own/metrics.csv': metricsFile })
    symlinkSync(path.join(elsewhere, 'good'), path.join(folder, 'linked'))
    symlinkSync(
      path.join(elsewhere, 'good', 'config.json'),
      path.join(folder, 'own', 'params.json'),
    )
    expect(readRunFolder(folder).runs.map(({ settings }) => settings)).toEqual([{ lr: 2 }])
  })

  it('more values than can be read are refused', async () => {
    const budget = new ValueBudget('runs')
    budget.take(5_000_000)
    const error = await catchAppError(() => {
      budget.take(1)
    })
    expect(error).toMatchObject({ code: 'data.invalid', detail: { path: 'runs', field: 'values' } })
  })

  it('a folder without runs is refused, and says what runs are', async () => {
    const error = await catchAppError(async () => readRunFolder(folderOf({ 'notes.txt': 'a' })))
    expect(error).toMatchObject({
      code: 'data.invalid',
      detail: { rule: { code: 'rule.import.runFolder' } },
    })
  })
})
