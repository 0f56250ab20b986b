import type { ErrorAnalysis, RowError } from '../../src-main/core/questions/error-analysis.ts'
import type { EventRecord } from '../../src-main/core/study/events.ts'
import type { StudyRecord, StudySnapshot } from '../../src-main/core/study/study.ts'
import { LOCAL_MACHINE, type TrialRecord } from '../../src-main/core/trial/trial.ts'
import { fileKind } from '../../src-main/core/trial/trial-files.ts'
import { messageAsJson, msg, verbatim } from '../../src-main/core/errors/message.ts'
import { bestTrials } from '../../src-main/core/trial/ranking.ts'
import { buildSampleSnapshot, sampleSnapshot } from './sample-snapshot.ts'

/** A study, and what its report is made from beside its snapshot. */
export interface ReportStudy {
  readonly snapshot: StudySnapshot
  readonly errors?: ErrorAnalysis
}

/** Small made-up studies that together have everything that a report can say. The same name gives the same study. */
export const reportStudies: Readonly<Record<string, () => ReportStudy>> = {
  empty: () => ({ snapshot: sampleSnapshot('empty') }),
  pruned: () => ({ snapshot: sampleSnapshot('pruned') }),
  failed: () => ({ snapshot: sampleSnapshot('allFailed') }),
  notANumber: () => ({ snapshot: sampleSnapshot('notANumber') }),
  severalGoals: () => ({ snapshot: sampleSnapshot('twoGoals') }),
  constraints: () => ({ snapshot: sampleSnapshot('infeasible') }),
  longNames: () => ({ snapshot: sampleSnapshot('longNames') }),
  markup,
  folds,
  population,
  imported,
  program,
  images,
  gradients,
  steered,
  manyTrials,
}

function changed(snapshot: StudySnapshot, study: Partial<StudyRecord>): StudySnapshot {
  return { ...snapshot, study: { ...snapshot.study, ...study } }
}

function bestOf({ trials, study }: StudySnapshot): number {
  return bestTrials(trials, study.specification.goals[0])[0]?.number ?? 0
}

/** Names and reasons that hold markup of every format. */
function markup(): ReportStudy {
  const name = '<b>a</b> | *b* _c_ `d` & %{e} \\f #$~^ <script>'
  return {
    snapshot: buildSampleSnapshot({
      name,
      reason: verbatim(`${name}\u202E\u0007]]>`),
      trials: 10,
      goals: [{ metric: name, direction: 'maximize' }],
      space: {
        [name]: { float: [0, 1] },
        '</style>': { choice: [name, '</svg>', true] },
        fixed: { fixed: name },
      },
      chooseState: number => (number % 2 === 0 ? 'complete' : 'failed'),
      failure: { class: 'code', reason: verbatim(`${name}\u202E\u0007]]>`), stack: name },
    }),
  }
}

/** Trained on three folds, with replicates, an error analysis of classes, and other machines. */
function folds(): ReportStudy {
  const snapshot = sampleSnapshot('conditional')
  const best = bestOf(snapshot)
  const machines = [LOCAL_MACHINE, 'box2', 'box3']
  const { specification } = snapshot.study
  const replicates = [[0.91], [0.93], [0.925]]
  const events = snapshot.events.map(event =>
    event.kind === 'trial.finished' && event.trialNumber === best
      ? { ...event, detail: { ...event.detail, replicates } }
      : event,
  )
  return {
    snapshot: {
      ...changed(snapshot, {
        specification: {
          ...specification,
          folds: 3,
          replicates: { ...specification.replicates, count: 3 },
          relations: ['filters < 60', 'layers >= 1'],
          fix: { model: 'cnn' },
          timeout: { trialMinutes: 3 },
          warmStart: [
            { study: 'same', trials: 5, without: [] },
            { study: 'old', trials: 10, without: [3], data: 'other' },
          ],
        },
      }),
      events,
      trials: snapshot.trials.map(trial => ({
        ...trial,
        attempts: trial.attempts.map(attempt => ({
          ...attempt,
          machine: machines[trial.number % machines.length] ?? '',
        })),
      })),
    },
    errors: classErrors,
  }
}

/** By a sampler that works in generations; the best trial goes on from others. */
function population(): ReportStudy {
  const snapshot = buildSampleSnapshot({
    name: 'generations',
    trials: 40,
    seed: 11,
    parallelTrials: 4,
    chooseState: number => (number % 5 === 4 ? 'pruned' : 'complete'),
  })
  const best = bestOf(snapshot)
  const trials = snapshot.trials.map((trial): TrialRecord => {
    const provenance = {
      sampler: 'cmaes',
      reason: trial.provenance.reason,
      detail: { generation: Math.floor(trial.number / 8) },
    }
    return trial.number === best && best > 0
      ? { ...trial, provenance, origin: { trial: 0, step: 3, mode: 'fork' } }
      : { ...trial, provenance }
  })
  return {
    snapshot: {
      ...changed(snapshot, {
        specification: { ...snapshot.study.specification, sampler: { name: 'cmaes' } },
        customChart: { x: 'trial', y: 'goal.0', color: '', size: 'duration', facets: 'state' },
      }),
      trials,
    },
  }
}

function imported(): ReportStudy {
  const snapshot = buildSampleSnapshot({
    name: 'from-csv',
    trials: 9,
    chooseState: () => 'complete',
  })
  return {
    snapshot: changed(snapshot, {
      environment: {
        ...snapshot.study.environment,
        importedFrom: {
          program: 'CSV',
          version: null,
          file: 'runs.csv',
          sha256: 'ab'.repeat(32),
          study: 'runs',
          notes: [
            { code: 'columnsLeftOut', columns: ['id', '<b>'] },
            { code: 'columnsLeftOut', columns: ['when'] },
          ],
        },
      },
    }),
  }
}

/** A command that predicts numbers, with an error analysis of them. */
function program(): ReportStudy {
  const snapshot = buildSampleSnapshot({
    name: 'a program',
    trials: 24,
    goals: [{ metric: 'loss', direction: 'minimize' }],
    objective: { command: ['python3', 'train.py', '--rate', '{learningRate}'] },
    chooseValue: quality => 3 * (1 - quality),
  })
  return {
    snapshot: { ...changed(snapshot, { dataset: null }), winner: null },
    errors: { ...classErrors, folds: 1, classes: null, values: valueErrors, withoutData: null },
  }
}

/** The program left pictures and other files. */
function images(): ReportStudy {
  const snapshot = sampleSnapshot('conditional')
  const best = bestOf(snapshot)
  const ranked = bestTrials(snapshot.trials, snapshot.study.specification.goals[0])
  const numbers = [...new Set([best, ...ranked.map(({ number }) => number), 1, 2, 3, 4, 5])]
  const artifacts = numbers.slice(0, 6).flatMap(trialNumber =>
    Array.from({ length: 12 }, (_, step) =>
      (['file', 'preview'] as const).map(part => ({
        trialNumber,
        kind: fileKind({ step, name: 'sample.png' }, part),
        path: `/none/${trialNumber}/${step}-${part}.png`,
        bytes: 2_048 + step,
        sha256: 'cd'.repeat(32),
        media: { type: 'image' as const, width: 6, height: 3 },
      })),
    ).flat(),
  )
  const log = { bytes: 90, sha256: 'ef'.repeat(32), media: { type: 'text' as const } }
  return {
    snapshot: {
      ...snapshot,
      artifacts: [
        ...artifacts,
        {
          ...log,
          trialNumber: best,
          kind: fileKind({ step: null, name: 'log.txt' }),
          path: '/none/log.txt',
        },
        {
          trialNumber: best,
          kind: 'weights.best',
          path: '/none/w',
          bytes: 9,
          sha256: '01'.repeat(32),
        },
      ],
    },
  }
}

/** Every trial reported gradients of many parameters. */
function gradients(): ReportStudy {
  const snapshot = sampleSnapshot('conditional')
  const trials = snapshot.trials.map(trial => {
    const at = (value: number) => ({ steps: [trial.bestStep ?? 1], values: [value] })
    const many = trial.number % 2 === 0 ? ['a', 'b', 'c', 'd', 'e'] : ['a']
    return {
      ...trial,
      bestStep: trial.bestStep ?? 1,
      metrics: {
        validationLoss: at(1 / (1 + trial.number)),
        holdoutLoss: at(0.5 + 1 / (1 + trial.number)),
        gradientMode: at(2),
        gradientNorm: at(0.125),
        selfTestError: at(0.0025),
        ...Object.fromEntries(many.map((name, index) => [`gradient.${name}`, at(index - 2.5)])),
      },
    }
  })
  return { snapshot: { ...snapshot, trials } }
}

/** People intervened, engines changed, and the study goes on. */
function steered(): ReportStudy {
  const snapshot = sampleSnapshot('running')
  const by = (kind: EventRecord['kind'], trialNumber: number | null, id: number): EventRecord => ({
    id,
    kind,
    trialNumber,
    atMs: snapshot.study.createdAtMs + id,
    detail: {},
  })
  const error = {
    code: 'engine.unavailable',
    detail: { engine: 'wasm', reason: messageAsJson(verbatim('no binary')) },
  } as const
  const trials = snapshot.trials.map((trial): TrialRecord => ({
    ...trial,
    ...(trial.number === 1 ? { excluded: true as const } : {}),
    attempts: trial.attempts.map(attempt =>
      trial.number % 3 === 0
        ? {
            ...attempt,
            engine: {
              name: 'cpu',
              device: 'one thread',
              versions: { node: '24' },
              passedOver: [{ engine: 'wasm', error }],
            },
          }
        : attempt,
    ),
  }))
  const ended = by('study.paused', null, 905)
  return {
    snapshot: {
      ...snapshot,
      trials,
      events: [
        ...snapshot.events,
        by('trial.excluded', 1, 901),
        by('trial.queued', null, 902),
        {
          ...ended,
          detail: {
            state: 'paused',
            reason: messageAsJson(msg('ending.trialsDone', { trials: 50 })),
          },
        },
      ],
    },
  }
}

/** More trials than a printed table has rows. */
function manyTrials(): ReportStudy {
  return {
    snapshot: buildSampleSnapshot({ name: 'many <b>', trials: 620, epochs: 2, parallelTrials: 4 }),
  }
}

const row = (index: number, content: RowError['content']): RowError => ({
  row: index,
  target: 'cat',
  prediction: 'dog',
  confidence: 0.9,
  loss: 2.3,
  content,
  source: null,
})
const worst: readonly RowError[] = [
  row(3, {
    kind: 'cells',
    cells: Array.from({ length: 14 }, (_, at) => ({
      name: `c${at}`,
      value: at === 2 ? null : at / 3,
    })),
  }),
  row(5, { kind: 'text', text: 'so it goes | and on', isCut: true }),
  row(7, { kind: 'sound', url: 'data:audio/wav;base64,AA==', seconds: 1.5 }),
  row(8, { kind: 'picture', url: 'data:image/png;base64,AA==', width: 8, height: 8 }),
  row(9, null),
]
const curve = { x: [0, 0.5, 1], y: [0, 0.8, 1] }
const classErrors: ErrorAnalysis = {
  trial: 4,
  storedTrials: [4],
  folds: 3,
  rows: 100,
  droppedRows: 2,
  judged: {
    goals: [{ metric: 'validationLoss', value: 0.4, deviation: 0.05 }],
    basis: msg('trainings.of', { by: 'folds', count: 3, value: 'mean' }),
  },
  withoutData: null,
  classes: {
    names: ['cat', 'dog'],
    wrong: 12,
    confusion: [
      [44, 6],
      [6, 44],
    ],
    logLoss: 0.4,
    brier: 0.2,
    calibrationError: 0.05,
    calibration: [
      { rows: 40, confidence: 0.6, right: 0.5, interval: [0.4, 0.6] },
      { rows: 60, confidence: 0.9, right: 0.95, interval: [0.9, 0.98] },
    ],
    curves: [
      {
        name: 'dog',
        rows: 50,
        area: 0.9,
        averagePrecision: 0.88,
        roc: curve,
        precisionRecall: curve,
        gain: curve,
        lift: curve,
      },
    ],
    confident: worst.slice(0, 2),
    labels: { estimate: 3, suspected: 2, expected: 1.4, rows: worst.slice(1, 3) },
  },
  values: null,
  worst,
  slices: [
    {
      column: 'age',
      derived: false,
      slices: [
        {
          name: { kind: 'range', low: 0, high: 9 },
          rows: 50,
          error: 0.2,
          interval: [0.1, 0.3],
          isWorse: true,
        },
        { name: { kind: 'missing' }, rows: 5, error: 0.1, interval: [0, 0.3], isWorse: false },
      ],
    },
  ],
  slicedColumns: 4,
  columns: {
    rows: 100,
    repeats: 5,
    loss: 0.4,
    columns: [{ name: 'age', growth: 0.1, deviation: 0.02, gain: 0.7, shap: 0.6 }],
  },
}
const valueErrors = {
  target: 'price',
  bias: 0.1,
  absolute: 0.5,
  rootMeanSquare: 0.7,
  points: [0, 1, 2].map(index => ({ row: index, prediction: index, error: index / 10 - 0.1 })),
  quantiles: [0.1, 0.5, 0.9].map(share => ({ share, error: share - 0.5 })),
}
