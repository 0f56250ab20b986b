import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { importStudies } from '../../../src-main/features/imports/node/import-studies.ts'
import { readApart } from '../../../src-main/features/imports/node/foreign-reader.ts'
import { checkStudyText } from '../../../src-main/features/studies/node/study-check.ts'
import { resolveWarmStart } from '../../../src-main/features/studies/node/warm-start.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { tasks } from '../../../src-main/training/tasks/registry.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const fixtures = fileURLToPath(new URL('../../fixtures/past-runs', import.meta.url))

/** Runs as Lightning leaves them, whose loss depends on the learning rate alone. */
function lightningRuns(): string {
  const folder = path.join(scratch(), 'lightning_logs')
  for (let run = 0; run < 30; run++) {
    const version = path.join(folder, `version_${run}`)
    mkdirSync(version, { recursive: true })
    const exponent = -4 + (3 * ((run * 7) % 30)) / 29
    const lr = 10 ** exponent
    const loss = 1 + (exponent + 2.5) ** 2
    writeFileSync(
      path.join(version, 'hparams.yaml'),
      `optimizer: { lr: ${lr}, name: adam }\nhidden: ${16 + ((run * 11) % 30)}\n`,
    )
    const rows = [1, 2, 3].map(epoch => `${epoch},${epoch * 10},${loss + 0.1 * (3 - epoch)}`)
    writeFileSync(path.join(version, 'metrics.csv'), `epoch,step,val_loss\n${rows.join('\n')}\n`)
  }
  mkdirSync(path.join(folder, 'version_30'))
  writeFileSync(path.join(folder, 'version_30', 'hparams.yaml'), 'a: [1\n')
  writeFileSync(path.join(folder, 'version_30', 'metrics.csv'), 'epoch,val_loss\n1,2\n')
  return folder
}

it(
  'past runs become a study whose importance is known and that others learn from',
  { timeout: 120_000 },
  async () => {
    const folder = lightningRuns()
    const home = scratch()
    const run = async (...parameters: string[]) =>
      runTunewright(['--db', 'studies.sqlite', ...parameters], home)
    const made = await run('--json', 'import', folder, '--name', 'past')
    expect(made).toMatchObject({ exitCode: 0, stderr: '' })
    const answer = JSON.parse(made.stdout) as { trials: number; notes: { code: string }[] }
    expect(answer.trials).toBe(30)
    expect(answer.notes).toMatchObject([
      { code: 'goalOfRuns', metric: 'val_loss', direction: 'minimize' },
      { code: 'settingsFixed', settings: ['optimizer.name'] },
      { code: 'runsWithoutParameters', runs: ['version_30'], more: 0 },
      { code: 'rangesOfRuns' },
      { code: 'runProblem', run: 'version_30', file: path.join('version_30', 'hparams.yaml') },
    ])
    const importance = await run('--json', 'importance', 'past')
    const { result } = JSON.parse(importance.stdout) as {
      result: { parameters: { name: string; mean: number }[] }
    }
    expect(result.parameters.map(({ name }) => name)).toEqual(['optimizer.lr', 'hidden'])
    expect(result.parameters[0]?.mean).toBeGreaterThan(0.8)
    const next = checkStudyText(
      `name: next
objective: { external: true }
goals: [{ metric: val_loss, direction: minimize }]
space: { optimizer.lr: { float: [0.0001, 0.1], log: true }, hidden: { int: [16, 45] } }
sampler: { name: tpe }
stop: { trials: 5 }
warmStart: [{ study: past }]
`,
      'yaml',
      { tasks, external: true },
    )
    if (!next.ok) throw new Error('the study file is wrong')
    const store = openStudyStore(path.join(home, 'studies.sqlite'))
    try {
      const learned = resolveWarmStart(store, next.specification)
      expect(learned.warmStart).toMatchObject([{ study: 'past', trials: 30 }])
    } finally {
      store.close()
    }
  },
)

it('runs of several loggers are told apart, and one of them can be taken alone', async () => {
  const store = openStudyStore(path.join(scratch(), 'studies.sqlite'))
  const taking = { store, file: fixtures, now: () => 1, name: 'all' }
  try {
    const described = await readApart().describe({ file: fixtures, language: 'en' })
    expect(described).toMatchObject({
      kind: 'pastRuns',
      programs: ['W&B', 'MLflow', 'TensorBoard'],
      groups: [
        { name: 'W&B: past', runs: 3 },
        { name: 'MLflow: past', runs: 3 },
        { name: 'TensorBoard', runs: 6 },
      ],
      runs: 12,
    })
    const [study] = await importStudies({ ...taking, only: 'W&B: past', name: 'wandb' })
    const { trials } = store.snapshot(study?.id ?? 0)
    expect(trials.map(({ state, values }) => [state, ...values])).toEqual([
      ['complete', 0.25],
      ['complete', 0.5],
      ['failed'],
    ])
    expect(store.studyById(study?.id ?? 0).environment.importedFrom).toMatchObject({
      program: 'W&B',
      file: 'past-runs',
      sha256: null,
    })
    const both = await importStudies({
      ...taking,
      only: null,
      goals: [{ metric: 'accuracy', direction: 'maximize' }],
    })
    expect(both[0]?.specification.goals[0]?.metric).toBe('accuracy')
    expect(both[0]?.environment.importedFrom?.notes[0]).toMatchObject({ code: 'runsOfSeveral' })
    const missing = await catchAppError(() => importStudies({ ...taking, only: 'W&B: other' }))
    expect(missing).toMatchObject({ code: 'study.notFound' })
  } finally {
    store.close()
  }
})
