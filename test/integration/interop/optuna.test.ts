import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StudySnapshot } from '../../../src-main/core/study/study.ts'
import { toOptunaStudy } from '../../../src-main/interop/optuna/to-optuna.ts'
import { buildHtmlReport } from '../../helpers/html-report.ts'
import { openExternalStudy } from '../../../src-main/features/ask-and-tell/node/open-study.ts'
import { importStudies } from '../../../src-main/features/imports/node/import-studies.ts'
import { writeOptunaFile } from '../../../src-main/features/exports/node/write-optuna-file.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { askPeer, findPeer } from '../../helpers/python-peer.ts'
import { buildSampleSnapshot } from '../../helpers/sample-snapshot.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/** What `optuna_peer.py` says of a file. */
interface PeerFile {
  readonly version: string
  readonly studies: readonly {
    readonly name: string
    readonly directions: readonly string[]
    readonly metrics: readonly string[] | null
    readonly trials: readonly PeerTrial[]
  }[]
}

interface PeerTrial {
  readonly number: number
  readonly state: string
  readonly params: Readonly<Record<string, unknown>>
  readonly distributions: Readonly<Record<string, string>>
  readonly values: readonly (number | string)[] | null
  readonly intermediate: readonly (readonly [number, number | string])[]
  readonly user: Readonly<Record<string, unknown>>
  readonly constraints: readonly number[] | null
  readonly fixed: Readonly<Record<string, unknown>> | null
}

const peers = [
  { optuna: 'Optuna 5', major: '5', python: findPeer('TUNEWRIGHT_PEERS_PYTHON') },
  { optuna: 'Optuna 4', major: '4', python: findPeer('TUNEWRIGHT_OPTUNA4_PYTHON') },
]
const newFolder = useScratchFolders()

/** Every state, a condition, a NaN, an infinity, a person's exclusion. */
function richSnapshot(): StudySnapshot {
  const sample = buildSampleSnapshot({
    name: 'rich 调参',
    trials: 14,
    epochs: 5,
    constraints: ['size'],
    chooseConstraints: quality => [quality - 0.9],
    chooseState: number =>
      number === 3
        ? 'pruned'
        : number === 4
          ? 'failed'
          : number === 5
            ? 'canceled'
            : number === 13
              ? 'interrupted'
              : 'complete',
    chooseValue: (quality, _goal, number) =>
      number === 6 ? Number.NaN : number === 7 ? Number.NEGATIVE_INFINITY : quality,
  })
  return {
    ...sample,
    trials: sample.trials.map(trial => ({
      ...trial,
      ...(trial.number === 8 ? { excluded: true as const } : {}),
    })),
  }
}

describe.skipIf(peers[0]?.python === null)('optuna-dashboard', () => {
  it('lists a file with its trials and notes', () => {
    const snapshot = richSnapshot()
    const noted = {
      ...snapshot,
      study: {
        ...snapshot.study,
        labels: { tags: [], note: '# 说明\n'.repeat(500), archived: false },
      },
      trials: snapshot.trials.map(trial =>
        trial.number === 2 ? { ...trial, note: 'look here' } : trial,
      ),
    }
    const file = writeOptunaFile(
      join(newFolder(), 'out.sqlite'),
      toOptunaStudy(noted, createTranslate('en')),
    )
    const answer = askPeer(peers[0]?.python ?? '', 'optuna_peer.py', ['dashboard', file])
    expect(answer).toMatchObject({
      studies: ['rich 调参'],
      names: ['validationAccuracy'],
      note: '# 说明\n'.repeat(500),
      trials: expect.arrayContaining([
        [0, 'Complete'],
        [3, 'Pruned'],
        [4, 'Fail'],
        [13, 'Waiting'],
      ]) as unknown,
      trialNotes: snapshot.trials.map(({ number }) => (number === 2 ? 'look here' : '')),
    })
  })
})

for (const { optuna, major, python } of peers) {
  describe.skipIf(python === null)(`a file for ${optuna}`, () => {
    const ask = (command: string, ...parameters: string[]): PeerFile =>
      askPeer(python as string, 'optuna_peer.py', [command, ...parameters]) as PeerFile

    it('is read as it was meant, continued, and comes back', async () => {
      const snapshot = richSnapshot()
      const file = writeOptunaFile(
        join(newFolder(), 'out.sqlite'),
        toOptunaStudy(snapshot, createTranslate('en')),
      )
      const { before, after } = ask('go_on', file, '6') as unknown as Record<string, PeerFile>
      const { version, studies } = before as PeerFile
      expect(version.split('.')[0]).toBe(major)
      const [study] = studies
      expect(study).toMatchObject({
        name: 'rich 调参',
        directions: ['MAXIMIZE'],
        metrics: ['validationAccuracy'],
      })
      const states = study?.trials.map(({ state }) => state) ?? []
      expect(states).toEqual([
        'COMPLETE',
        'COMPLETE',
        'COMPLETE',
        'PRUNED',
        'FAIL',
        'FAIL',
        'FAIL',
        'COMPLETE',
        'FAIL',
        'COMPLETE',
        'COMPLETE',
        'COMPLETE',
        'COMPLETE',
        'WAITING',
      ])
      for (const [index, trial] of snapshot.trials.entries()) {
        const theirs = study?.trials[index] as PeerTrial
        if (theirs.state === 'WAITING') {
          expect(theirs.fixed).toEqual(trial.parameters)
          continue
        }
        expect(theirs.params).toEqual(trial.parameters)
        if (theirs.state === 'COMPLETE') {
          expect(theirs.values).toEqual([index === 7 ? '-Infinity' : trial.values[0]])
          expect(theirs.constraints).toEqual(trial.constraints)
        }
        const curve = trial.metrics['validationAccuracy']
        expect(theirs.intermediate).toEqual(
          curve?.steps.map((step, index) => {
            const value = curve.values[index] ?? 0
            return [step, Number.isFinite(value) ? value : String(value)]
          }),
        )
      }
      expect(study?.trials[0]?.distributions).toMatchObject({
        learningRate: 'FloatDistribution(high=0.1, log=True, low=0.0001, step=None)',
        units: 'IntDistribution(high=256, log=False, low=16, step=16)',
        width: "CategoricalDistribution(choices=('small', 'medium', 'large'))",
        dropout: 'FloatDistribution(high=0.5, log=False, low=0.0, step=0.1)',
        epochs: 'IntDistribution(high=20, log=False, low=20, step=1)',
      })
      expect(study?.trials[4]?.user).toMatchObject({
        fail_reason: 'Training diverged: trainLoss is NaN at step 3.',
      })

      const continued = after?.studies[0]
      expect(continued?.trials).toHaveLength(19)
      // The one that waited was run first, as it stood.
      expect(continued?.trials[13]?.state).toBe('COMPLETE')
      expect(continued?.trials[13]?.params).toMatchObject(snapshot.trials[13]?.parameters ?? {})

      const store = openStudyStore(':memory:')
      const [imported] = await importStudies({
        store,
        file,
        now: () => 5_000,
        only: null,
        name: null,
      })
      const back = store.snapshot(imported?.id ?? 0)
      // Optuna drew the parameters that are inactive here as well: then the space is what the trials say.
      expect(back.study.specification.goals).toEqual(snapshot.study.specification.goals)
      expect(back.trials).toHaveLength(19)
      for (const [index, trial] of snapshot.trials.slice(0, 13).entries()) {
        expect(back.trials[index]).toMatchObject({
          state: trial.state,
          parameters: trial.parameters,
          values: trial.values,
          seed: trial.seed,
          bestStep: trial.state === 'failed' ? null : trial.bestStep,
          reason: trial.reason,
          metrics: trial.metrics,
          ...(trial.constraints === undefined ? {} : { constraints: trial.constraints }),
        })
      }
      expect(back.trials[8]?.excluded).toBe(true)
      store.close()
    })

    it('is what this program opens, reports and learns from', async () => {
      const file = join(newFolder(), 'theirs.sqlite')
      const theirs = ask('write', file)
      const store = openStudyStore(':memory:')
      const records = await importStudies({ store, file, now: () => 5_000, only: null, name: null })
      expect(records.map(({ name, state }) => [name, state])).toEqual([
        ['first / 一', 'finished'],
        ['both', 'finished'],
      ])
      const [first, both] = records.map(({ id }) => store.snapshot(id))
      const { specification, environment } = first?.study ?? {}
      expect(environment?.importedFrom).toMatchObject({ program: 'Optuna', study: 'first / 一' })
      expect(specification?.space).toEqual({
        model: { choice: ['linear', 'tree', 'null'] },
        'optimizer/rate': { float: [1e-5, 0.1], log: true },
        share: { float: [0, 1], step: 0.1 },
        units: { int: [8, 64], step: 8 },
        depth: { int: [1, 4], when: { model: 'tree' } },
      })
      const expectedStates = {
        COMPLETE: 'complete',
        PRUNED: 'pruned',
        FAIL: 'failed',
        RUNNING: 'interrupted',
      }
      for (const trial of theirs.studies[0]?.trials ?? []) {
        const ours = first?.trials[trial.number]
        expect(ours?.state).toBe(expectedStates[trial.state as keyof typeof expectedStates])
        if (trial.state === 'COMPLETE') {
          expect(
            ours?.values.map(value => (Number.isFinite(value) ? value : String(value))),
          ).toEqual(trial.values)
        }
        expect(
          ours?.metrics['value']?.values.map(value =>
            Number.isFinite(value) ? value : String(value),
          ) ?? [],
        ).toEqual(trial.intermediate.map(([, value]) => value))
        if (trial.state !== 'RUNNING') {
          expect(ours?.parameters['optimizer/rate']).toBe(trial.params['optimizer/rate'])
          expect(ours?.parameters['model']).toBe(trial.params['model'] ?? 'null')
          expect(ours?.parameters['share']).toBeCloseTo(Number(trial.params['share']), 12)
        }
      }
      expect(first?.trials[7]?.attempts[0]?.failure?.class).toBe('code')
      expect(first?.trials[26]?.parameters).toEqual({
        model: 'linear',
        'optimizer/rate': 0.01,
        share: 0.5,
        units: 32,
      })
      expect(both?.study.specification).toMatchObject({
        goals: [
          { metric: 'error', direction: 'minimize' },
          { metric: 'speed', direction: 'maximize' },
        ],
        constraints: ['constraint_0', 'constraint_1'],
      })
      for (const trial of theirs.studies[1]?.trials ?? []) {
        expect(both?.trials[trial.number]).toMatchObject({
          values: trial.values,
          constraints: trial.constraints,
        })
      }
      for (const snapshot of [first, both]) {
        const html = buildHtmlReport(snapshot as StudySnapshot, {
          language: 'en',
          generatedAtMs: 6_000,
          version: '0',
        })
        expect(html).toContain('Optuna')
      }
      const next = openExternalStudy(
        {
          name: 'next',
          space: specification?.space,
          goals: specification?.goals,
          sampler: { name: 'tpe' },
          warmStart: [{ study: 'first / 一' }],
        },
        { store, now: () => 7_000 },
      )
      expect(next.specification.warmStart[0]).toMatchObject({ study: 'first / 一', trials: 27 })
      store.close()
    })
  })
}
