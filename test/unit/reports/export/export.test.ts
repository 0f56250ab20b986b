import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { msg, verbatim } from '../../../../src-main/core/errors/message.ts'
import { parquetReadObjects } from 'hyparquet'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { noLabels, type StudySnapshot } from '../../../../src-main/core/study/study.ts'
import type { TrialRecord } from '../../../../src-main/core/trial/trial.ts'
import { formatCsv } from '../../../../src-main/core/values/csv.ts'
import { parquetTable } from '../../../../src-main/features/exports/node/parquet-table.ts'
import { exportCsv, trialRows } from '../../../../src-main/reports/export/export-csv.ts'
import { exportJson } from '../../../../src-main/reports/export/export-json.ts'
import { exportMetricsCsv } from '../../../../src-main/reports/export/export-metrics-csv.ts'
import { sampleNames, sampleSnapshot } from '../../../helpers/sample-snapshot.ts'
import { sampleEnvironment, sampleSpecification } from '../../../helpers/store-samples.ts'

const { NaN: nan, POSITIVE_INFINITY: up, NEGATIVE_INFINITY: down } = Number

const english = createTranslate('en')
const attempt = {
  number: 1,
  state: 'failed',
  slot: 0,
  engine: { name: 'wasm', device: 'd', versions: {} },
  startedAtMs: 0,
  finishedAtMs: 1_500,
  failure: { class: 'code', reason: verbatim('=1+1, "quoted"\nnext') },
} as const

const failed: TrialRecord = {
  number: 0,
  state: 'failed',
  parameters: { x: -0.1, kind: '@sum', extra: '-5' },
  provenance: { sampler: 'random', reason: msg('proposal.draw', { draw: 0 }) },
  seed: 7,
  values: [],
  bestStep: null,
  lastStep: 2,
  reason: null,
  startedAtMs: 0,
  finishedAtMs: 1_500,
  attempts: [attempt],
  metrics: { loss: { steps: [1, 2], values: [0.5, nan] }, '=cmd': { steps: [1], values: [down] } },
}

const snapshot: StudySnapshot = {
  study: {
    id: 1,
    name: 'export',
    state: 'finished',
    reason: null,
    specification: sampleSpecification('export', [
      { metric: 'loss', direction: 'minimize' },
      { metric: 'size', direction: 'minimize' },
    ]),
    source: '',
    environment: sampleEnvironment,
    dataset: null,
    createdAtMs: 0,
    elapsedMs: 0,
    labels: noLabels,
    trialViews: [],
  },
  trials: [
    failed,
    {
      ...failed,
      number: 1,
      state: 'complete',
      parameters: { x: 1e-7, kind: true },
      values: [up, 3],
      bestStep: 1,
      attempts: [{ ...attempt, failure: null }],
      metrics: {},
    },
    {
      ...failed,
      number: 2,
      state: 'running',
      parameters: { x: 2, kind: 'a', depth: 3 },
      lastStep: null,
      finishedAtMs: null,
      attempts: [],
      metrics: {},
    },
  ],
  events: [],
  artifacts: [],
  winner: { trialNumber: 1, evaluatedAtMs: 9, metrics: { loss: nan }, looks: null },
}

describe('exportCsv', () => {
  it('gives one row per trial', () => {
    const origin = { trial: 0, step: 2, mode: 'fork' } as const
    const trials = snapshot.trials.map(trial => (trial.number === 1 ? { ...trial, origin } : trial))
    expect(exportCsv({ ...snapshot, trials }, english).split('\r\n')).toEqual([
      'number,state,parameter.x,parameter.kind,parameter.depth,parameter.extra,value.loss,value.size,bestStep,lastStep,startedAt,finishedAt,durationMs,attempts,engine,seed,failure,failureMessage,reason,origin.trial,origin.step,origin.mode',
      `0,failed,-0.1,'@sum,,-5,,,,2,1970-01-01T00:00:00.000Z,1970-01-01T00:00:01.500Z,1500,1,wasm,7,code,"'=1+1, ""quoted""\nnext",,,,`,
      '1,complete,1e-7,true,,,Infinity,3,1,2,1970-01-01T00:00:00.000Z,1970-01-01T00:00:01.500Z,1500,1,wasm,7,,,,0,2,fork',
      '2,running,2,a,3,,,,,,1970-01-01T00:00:00.000Z,,,0,,7,,,,,,',
      '',
    ])
  })

  it('gives constraints and whether a trial keeps them', () => {
    const { study } = snapshot
    const constraints = ['size', { metric: 'time', atMost: 3 }]
    const constrained = {
      ...snapshot,
      study: { ...study, specification: { ...study.specification, constraints } },
      trials: snapshot.trials.map(trial =>
        trial.number === 1 ? { ...trial, constraints: [-1, nan] } : trial,
      ),
    }
    const text = exportCsv(constrained, english)
    const rows: Record<string, string>[] = parse(text, { columns: true })
    expect(
      rows.map(row => [row['constraint.size'], row['constraint.time'], row['feasible']]),
    ).toEqual([
      ['', '', ''],
      ['-1', 'NaN', 'false'],
      ['', '', ''],
    ])
  })

  it.each(sampleNames)('of the sample %s reads back by another reader', name => {
    const sample = sampleSnapshot(name)
    const rows: Record<string, string>[] = parse(exportCsv(sample, english), { columns: true })
    expect(rows).toHaveLength(sample.trials.length)
    rows.forEach((row, index) => {
      const trial = sample.trials[index]
      expect(row['number']).toBe(String(trial?.number))
      expect(row['state']).toBe(trial?.state)
      sample.study.specification.goals.forEach((goal, position) => {
        const value = trial?.values[position]
        const cell = row[`value.${goal.metric}`]
        expect(cell).toBe(value === undefined ? '' : String(value))
        if (value !== undefined) expect(Number(cell)).toBe(value)
      })
      for (const [parameter, value] of Object.entries(trial?.parameters ?? {})) {
        expect(row[`parameter.${parameter}`]?.replace(/^'/, '')).toBe(String(value))
      }
    })
  })
})

describe('cells', () => {
  it.each([
    ['=1', "'=1"],
    ['a;=1', '"a;=1"'],
    ['a\t=1', '"a\t=1"'],
    ['＝1+1', "'＝1+1"],
    ['＠SUM(1)', "'＠SUM(1)"],
    ['+a', "'+a"],
    ['-a', "'-a"],
    ['@a', "'@a"],
    ['\ta', `"'\ta"`],
    ['\ra', `"'\ra"`],
    ['+1-2', "'+1-2"],
    ['-1.5e-3', '-1.5e-3'],
    ['+.5', '+.5'],
    ['-', "'-"],
    ['-2,836', '"-2,836"'],
    ['-1.234,5 €', '"-1.234,5 €"'],
    ['-$1’234.50', '-$1’234.50'],
    ['-12 %', '-12 %'],
    ['-1 2/A1', "'-1 2/A1"],
    [`-${'1'.repeat(100_000)}x`, `'-${'1'.repeat(100_000)}x`],
    ['a=1', 'a=1'],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    [' kept ', ' kept '],
    ['', ''],
    [-5, '-5'],
    [nan, 'NaN'],
    [down, '-Infinity'],
    [0.1 + 0.2, '0.30000000000000004'],
    [false, 'false'],
    [null, ''],
  ])('%j becomes %j', (cell, text) => {
    expect(formatCsv([[cell]])).toBe(`${text}\r\n`)
  })
})

describe('parquetTable', () => {
  it('keeps types, and reads back by another reader', async () => {
    const at = new Date(Date.UTC(2024, 1, 29, 12))
    const file = parquetTable([
      ['whole', 'real', 'flag', 'time', 'mixed', 'none'],
      [2 ** 40, 0.1, true, at, 'a', null],
      [null, nan, null, null, 1, null],
      [-1, up, false, at, true, null],
    ])
    const buffer = file.buffer.slice(0, file.byteLength) as ArrayBuffer
    expect(await parquetReadObjects({ file: buffer })).toEqual([
      { whole: 2n ** 40n, real: 0.1, flag: true, time: at, mixed: 'a', none: null },
      { whole: null, real: nan, flag: null, time: null, mixed: '1', none: null },
      { whole: -1n, real: up, flag: false, time: at, mixed: 'true', none: null },
    ])
  })

  it.each(sampleNames)('of the sample %s holds what its CSV file says', async name => {
    const sample = sampleSnapshot(name)
    const rows = trialRows(sample, english)
    const { buffer } = parquetTable(rows)
    const file = buffer as ArrayBuffer
    const read: Record<string, unknown>[] = await parquetReadObjects({ file })
    expect(read).toHaveLength(rows.length - 1)
    const csv: Record<string, string>[] = parse(exportCsv(sample, english), { columns: true })
    expect(read.map(({ number, state }) => [String(number), state])).toEqual(
      csv.map(({ number, state }) => [number, state]),
    )
  })
})

describe('exportMetricsCsv', () => {
  it('gives every value in long form', () => {
    expect(exportMetricsCsv(snapshot)).toBe(
      "trial,metric,step,value\r\n0,loss,1,0.5\r\n0,loss,2,NaN\r\n0,'=cmd,1,-Infinity\r\n",
    )
  })
})

describe('exportJson', () => {
  it('keeps everything, with words for what JSON has no number for', () => {
    const { study, events, artifacts } = snapshot
    const reason = { ...failed.provenance.reason, text: 'draw 0' }
    const provenance = { ...failed.provenance, reason }
    expect(JSON.parse(exportJson(snapshot, english))).toEqual({
      format: 'tunewright-study',
      version: 2,
      study,
      trials: [
        {
          ...failed,
          provenance,
          metrics: {
            loss: { steps: [1, 2], values: [0.5, 'NaN'] },
            '=cmd': { steps: [1], values: ['-Infinity'] },
          },
        },
        { ...snapshot.trials[1], provenance, values: ['Infinity', 3] },
        { ...snapshot.trials[2], provenance },
      ],
      events,
      artifacts,
      winner: { trialNumber: 1, evaluatedAtMs: 9, metrics: { loss: 'NaN' }, looks: null },
    })
  })

  it('puts one trial on a line', () => {
    const sample = sampleSnapshot('pruned')
    const lines = exportJson(sample, english).split('\n')
    for (const trial of sample.trials) {
      expect(lines.filter(line => line.startsWith(`{"number":${trial.number},`))).toHaveLength(1)
    }
  })
})
