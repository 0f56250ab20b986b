import { msg } from '../../../src-main/core/errors/message.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import type { StudySnapshot } from '../../../src-main/core/study/study.ts'
import type { TracePoint } from '../../../src-main/running/runner-events.ts'
import type { TimedIntervention } from '../../helpers/run-with-crash.ts'
import { studyOutcome } from '../../helpers/study-outcome.ts'
import { readStudy, runSession, useStudyDatabases } from '../../helpers/study-session.ts'

/** A sampler that learns and a pruner, so that whatever they are told wrongly changes what follows. */
const specification: StudySpecificationInput = {
  name: 'interventions',
  objective: { function: 'branin', steps: 4, durationMs: 2 },
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  sampler: { name: 'tpe', startupTrials: 3 },
  pruner: { name: 'median', startupTrials: 2 },
  stop: { trials: 9 },
  seed: 5,
}

const interventions: readonly TimedIntervention[] = [
  { point: 'committed', trialNumber: 2, exclude: [0], enqueue: { x0: 9.5, x1: 2.5 } },
  // The trial itself lies outside the new range or not; either way it ends as it would.
  { point: 'judged', trialNumber: 5, change: { space: { x0: { float: [0, 12] } } } },
  {
    point: 'finishCommitted',
    trialNumber: 6,
    change: { stop: { trials: 12, failures: 5 }, pruner: { name: 'none' }, parallelTrials: 1 },
    exclude: [4],
  },
]

const createDatabase = useStudyDatabases(specification)

describe('interventions in a running study', () => {
  let uninterrupted: StudySnapshot

  beforeAll(async () => {
    const databasePath = await createDatabase()
    await runSession({ databasePath, kill: null, interventions })
    uninterrupted = readStudy(databasePath)
  })

  it('take effect with the next trial', () => {
    const { study, trials, events } = uninterrupted
    expect(study).toMatchObject({
      state: 'finished',
      reason: msg('ending.trialsDone', { trials: 12 }),
    })
    expect(trials).toHaveLength(12)
    expect(trials[3]).toMatchObject({
      parameters: { x0: 9.5, x1: 2.5 },
      provenance: { sampler: 'person', reason: msg('proposal.byPerson') },
    })
    expect(trials.flatMap(({ number, excluded }) => (excluded === true ? [number] : []))).toEqual([
      0, 4,
    ])
    for (const { parameters } of trials.slice(6)) expect(parameters['x0']).toBeGreaterThanOrEqual(0)
    expect(trials.slice(7).every(({ state }) => state === 'complete')).toBe(true)
    expect(
      events.filter(({ kind }) => /changed|excluded|queued/.test(kind)).map(({ kind }) => kind),
    ).toEqual([
      'trial.excluded',
      'trial.queued',
      'study.changed',
      'study.changed',
      'trial.excluded',
    ])
    expect(
      events.filter(({ kind }) => kind === 'study.changed').map(({ detail }) => detail),
    ).toEqual([
      { changes: [{ path: 'space.x0', from: { float: [-5, 10] }, to: { float: [0, 12] } }] },
      {
        changes: [
          { path: 'stop.trials', from: 9, to: 12 },
          {
            path: 'pruner',
            from: { name: 'median', startupTrials: 2 },
            to: { name: 'none' },
          },
        ],
      },
    ])
  })

  it('change what is proposed', async () => {
    const databasePath = await createDatabase({ stop: { trials: 12 } })
    await runSession({ databasePath, kill: null })
    expect(studyOutcome(readStudy(databasePath))).not.toEqual(studyOutcome(uninterrupted))
  })

  const kills: readonly (readonly [TracePoint, number])[] = [
    ['committed', 2],
    ['proposed', 3],
    ['committed', 3],
    ['judged', 5],
    ['proposed', 6],
    ['finishCommitted', 6],
    ['judged', 9],
  ]

  it.each(kills)(
    'main killed when trial is %s, number %i: same study after resume',
    async (point, trialNumber) => {
      const databasePath = await createDatabase()
      const kill = { who: 'main', point, trialNumber } as const
      expect(await runSession({ databasePath, kill, interventions })).toBe('SIGKILL')
      const done = readStudy(databasePath).events
      // A person does not do again what is stored already.
      const remaining = interventions.filter(
        ({ exclude }) =>
          !done.some(({ kind, trialNumber, detail }) =>
            exclude === undefined
              ? kind === 'study.changed' && JSON.stringify(detail).includes('space.x0')
              : kind === 'trial.excluded' && trialNumber === exclude[0],
          ),
      )
      expect(await runSession({ databasePath, kill: null, interventions: remaining })).toBeNull()
      expect(studyOutcome(readStudy(databasePath))).toEqual(studyOutcome(uninterrupted))
    },
  )

  it.each([
    ['judged', 5],
    ['finishCommitted', 6],
    ['searchUpdated', 6],
  ] as const)(
    'search process killed when trial is %s, number %i: same study',
    async (point, trialNumber) => {
      const databasePath = await createDatabase()
      const kill = { who: 'search', point, trialNumber } as const
      expect(await runSession({ databasePath, kill, interventions })).toBeNull()
      expect(studyOutcome(readStudy(databasePath))).toEqual(studyOutcome(uninterrupted))
    },
  )
})
