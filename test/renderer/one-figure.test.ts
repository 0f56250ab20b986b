import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { historyModel } from '../../src-main/charts/history-model.ts'
import { sliceModel } from '../../src-main/charts/slice-model.ts'
import { searchedAxes } from '../../src-main/analysis/parallel/parameter-axis.ts'
import { type ReportSection, reportSections } from '../../src-main/core/questions/report.ts'
import { analysisParts } from '../../src-renderer/features/analysis/analysis-parts.ts'
import BestConfiguration from '../../src-renderer/features/study/BestConfiguration.vue'
import { studyTabs } from '../../src-renderer/features/study/study-tabs.ts'
import { exportFormats } from '../../src-main/core/exporters/registry.ts'
import type { Language } from '../../src-main/core/i18n/language.ts'
import { formatMetric } from '../../src-main/core/i18n/format-number.ts'
import { type Baseline, baselineMessage } from '../../src-main/core/study/baseline.ts'
import { isFeasible } from '../../src-main/core/study/constraints.ts'
import type { StudySnapshot } from '../../src-main/core/study/study.ts'
import type { StudySpecificationInput } from '../../src-main/core/study/study-specification.ts'
import { repeatedTrainings } from '../../src-main/core/study/trainings.ts'
import type { FinishedTrialState, TrialRecord } from '../../src-main/core/trial/trial.ts'
import type { CliContext } from '../../src-main/features/command-line/context.ts'
import { commandGroups } from '../../src-main/hosts/cli/command-groups.ts'
import { summarizeStudy } from '../../src-main/hosts/mcp/study-summary.ts'
import { exporters } from '../../src-main/features/exports/node/exporters/registry.ts'
import { winnerInsightsOf } from '../../src-main/features/analysis/node/winner-insights-of.ts'
import { printBest } from '../../src-main/features/studies/cli/print-best.ts'
import { readHeadline } from '../../src-main/features/studies/node/read-headline.ts'
import { toStudyOutline, toTrialRow } from '../../src-main/features/studies/node/study-rows.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import type { NewStudy } from '../../src-main/platform/storage/studies.ts'
import type { StudyStore } from '../../src-main/platform/storage/study-store.ts'
import StudyHeader from '../../src-renderer/features/study/StudyHeader.vue'
import TrialComparison from '../../src-renderer/features/study/TrialComparison.vue'
import TrialDetails from '../../src-renderer/features/study/TrialDetails.vue'
import { cell } from '../../src-renderer/features/study/trial-cells.ts'
import { trialColumns } from '../../src-renderer/features/study/trial-columns.ts'
import { buildHtmlReport } from '../helpers/html-report.ts'
import { useScratchFolders } from '../helpers/scratch-folder.ts'
import { sampleEnvironment } from '../helpers/store-samples.ts'
import { studySpecificationSchema } from '../../src-main/core/study/study-specification.ts'
import { type MessageDescriptor, msg, verbatim } from '../../src-main/core/errors/message.ts'
import type { TrialOrigin } from '../../src-main/core/trial/checkpoint.ts'
import type { StudyDetail } from '../../src-main/features/studies/common/rows.ts'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import { openStudy } from './live-study.ts'
import { mountPart, settle, t, zh } from './mount.ts'

/**
 * A value of a trial is one figure, wherever it stands. Each place says where it is, how it is read, and all are held to the same value.
 * Exporters, methods of the API, commands of the terminal, sections of the report, tabs of a study and parts of the analysis come from
 * their registries: a new one without a row, or without a reason why it has none, fails.
 */
interface Ended {
  readonly state: FinishedTrialState
  readonly values: readonly number[]
  readonly constraints?: readonly number[]
  readonly replicates?: readonly (readonly number[])[]
  /** One of the configurations that are tried before any search. */
  readonly isUsual?: true
  /** It goes on from a checkpoint of another one. */
  readonly origin?: TrialOrigin
  readonly reason?: MessageDescriptor
}
interface Kind {
  /** Another program ran it. */
  readonly isImported?: true
  readonly specification?: Partial<StudySpecificationInput>
  readonly trials: readonly Ended[]
  /** Number of the best. */
  readonly best: number | null
}

const complete = (value: number, change: Partial<Ended> = {}): Ended => ({
  state: 'complete',
  values: [value],
  ...change,
})
const speed = { metric: 'speed', direction: 'maximize' } as const
const loss = { metric: 'loss', direction: 'minimize' } as const

const kinds: Readonly<Record<string, Kind>> = {
  folds: {
    specification: {
      folds: 3,
      objective: { task: 'tabular', data: { file: 'a.csv', target: 'y' } },
    },
    trials: [
      complete(20, { replicates: [[10], [20], [30]] }),
      complete(0.125, { replicates: [[0.0625], [0.125], [0.1875]] }),
      { state: 'pruned', values: [0.03125], replicates: [] },
    ],
    best: 1,
  },
  replicates: {
    specification: { replicates: { count: 2, value: 'median' } },
    trials: [complete(3.5, { replicates: [[3], [4]] }), complete(9, { replicates: [[8], [10]] })],
    best: 0,
  },
  pruned: { trials: [complete(5.5), { state: 'pruned', values: [0.25] }], best: 0 },
  failed: { trials: [{ state: 'failed', values: [] }, complete(7.25)], best: 1 },
  constrained: {
    specification: { constraints: ['heat'] },
    trials: [complete(1.5, { constraints: [2] }), complete(4.75, { constraints: [-1] })],
    best: 1,
  },
  imported: {
    isImported: true,
    trials: [complete(12.5), { state: 'pruned', values: [0.25] }, complete(84_321.5)],
    best: 0,
  },
  populations: {
    specification: {
      objective: { function: 'sphere', dimension: 1, steps: 6 },
      sampler: { name: 'pbt', population: 4, steps: 2 },
    },
    trials: [
      complete(8.5),
      complete(6.25),
      complete(2.75, { origin: { trial: 1, step: 2, mode: 'continue' } }),
      complete(-3.125, { origin: { trial: 2, step: 4, mode: 'fork' } }),
    ],
    best: 3,
  },
  races: {
    specification: { instances: ['a', 'b', 'c'], race: { chance: 0.05 } },
    trials: [
      complete(30, { replicates: [[20], [30], [40]] }),
      {
        state: 'pruned',
        values: [12.5],
        replicates: [[10], [15]],
        reason: msg('pruning.lostRace', { trial: 0, done: 2, of: 3, chance: 0.01, limit: 0.05 }),
      },
      complete(16, { replicates: [[12], [16], [20]] }),
    ],
    best: 2,
  },
  goals: {
    specification: { goals: [loss, speed] },
    trials: [
      { state: 'complete', values: [2.25, 300] },
      { state: 'complete', values: [6.5, 900] },
    ],
    best: 0,
  },
}

/** Kinds that come together in one study: each alone is read above. */
const mixedKinds: Readonly<Record<string, Kind>> = {
  'folds, pruned, failed and constrained': {
    specification: {
      folds: 3,
      constraints: ['heat'],
      objective: { task: 'tabular', data: { file: 'a.csv', target: 'y' } },
    },
    trials: [
      { state: 'failed', values: [], replicates: [] },
      complete(0.25, { replicates: [[0.125], [0.25], [0.375]], constraints: [2] }),
      complete(20, { replicates: [[10], [20], [30]], constraints: [-1] }),
      { state: 'pruned', values: [0.03125], constraints: [-3], replicates: [] },
      complete(6.5, { replicates: [[6], [6.5], [7]], constraints: [-2] }),
    ],
    best: 4,
  },
  'replicates and goals, pruned and constrained': {
    specification: {
      goals: [loss, speed],
      constraints: ['heat'],
      replicates: { count: 2, value: 'median' },
    },
    trials: [
      {
        state: 'complete',
        values: [1.25, 300],
        constraints: [4],
        replicates: [
          [1, 290],
          [1.5, 310],
        ],
      },
      {
        state: 'complete',
        values: [3.5, 600],
        constraints: [-4],
        replicates: [
          [3, 590],
          [4, 610],
        ],
      },
      { state: 'failed', values: [], replicates: [] },
    ],
    best: 1,
  },
  'imported, failed and pruned': {
    isImported: true,
    trials: [
      { state: 'failed', values: [] },
      complete(12.5),
      { state: 'pruned', values: [0.25] },
      complete(-4.75),
    ],
    best: 3,
  },
}

/** One study of a kind, as everything that shows it reads it. */
interface Shown {
  readonly name: string
  readonly store: StudyStore
  readonly studyId: number
  readonly snapshot: StudySnapshot
  readonly folder: string
}

type Read = (
  shown: Shown,
  trial: TrialRecord,
) => string | number | null | Promise<string | number | null>

/** Where the value of every trial by the first goal stands. A number is the value itself, a text what a person reads. */
const locationsOfTrials: Readonly<Record<string, Read>> = {
  'page: table of trials': ({ snapshot }, trial) => {
    const { specification } = snapshot.study
    const column = trialColumns(specification).find(({ id }) => id === 'value.0')!
    return cell(toTrialRow(trial), column, repeatedTrainings(specification))
  },
  'page: page of a trial': async (shown, trial) => {
    const { text } = mountPart(TrialDetails, {
      props: { number: trial.number },
      prepare: () => {
        open(shown)
      },
      back: {
        'trial.network': null,
        'trial.get': {
          trial,
          trainingCurves: [],
          artifacts: [],
          files: [],
          remarks: { notes: [], attributes: {}, leftOut: [] },
          checkpoint: null,
        },
      },
    })
    await settle()
    return /loss\s*(–|−?[\d.,]+)/.exec(text())?.[1] ?? 'nothing'
  },
  'page: trials side by side': async (shown, trial) => {
    const { wrapper } = mountPart(TrialComparison, {
      props: { numbers: [trial.number] },
      prepare: () => {
        open(shown)
      },
      back: { 'trial.get': { trial } as never },
    })
    await settle()
    const row = wrapper.findAll('tr').find(element => element.text().startsWith('loss'))
    return row?.find('td').text() ?? 'nothing'
  },
  'page: history chart': ({ snapshot }, trial) => {
    const { goals } = snapshot.study.specification
    const { table } = historyModel({
      trials: snapshot.trials,
      goal: { ...goals[0]!, index: 0 },
      by: 'trials',
      logX: false,
      log: false,
      t,
    })
    return table.rows.find(([number]) => number === trial.number)?.[1] ?? null
  },
  'page: slices': ({ snapshot }, trial) => {
    const { goals, space } = snapshot.study.specification
    const [axis] = searchedAxes(space)
    const { table } = sliceModel({
      trials: snapshot.trials,
      goal: { ...goals[0]!, index: 0 },
      axis: axis!,
      log: false,
      t,
    })
    return table.rows.find(([number]) => number === trial.number)?.[2] ?? null
  },
  'report: trials': ({ snapshot }, trial) => {
    const html = buildHtmlReport(snapshot, {
      language: 'en',
      generatedAtMs: 0,
      version: '1',
      sections: ['trials'],
    })
    const text = new DOMParser().parseFromString(html, 'text/html')
    const row = [...text.querySelectorAll('tbody tr')].find(
      element => element.querySelector('th, td')?.textContent.trim() === String(trial.number),
    )
    const shownValue = trial.values[0] === undefined ? '–' : formatMetric(trial.values[0])
    return (
      [...(row?.children ?? [])]
        .map(part => part.textContent.trim())
        .find(part => part === shownValue) ?? 'nothing'
    )
  },
  'terminal: show': async ({ name, folder }, trial) => {
    const line =
      (await run(folder, 'show', name))
        .split('\n')
        .findLast(text => text.startsWith(`${trial.number}  `)) ?? ''
    return trial.values[0] === undefined
      ? '–'
      : (/\s(−?\d[\d.,]*)/.exec(line.slice(3))?.[1] ?? line)
  },
  'api: study.trials': ({ store, studyId }, { number }) =>
    toTrialRow(store.trialsBetween(studyId, { from: number, below: number + 1 })[0]!).values[0] ??
    null,
  'api: trial.get': ({ store, studyId }, { number }) =>
    store.trial(studyId, number).values[0] ?? null,
  'api: study.outline': ({ store, studyId }, { number }) =>
    toStudyOutline(store.outline(studyId), false).values[number] ?? null,
  'export: csv': async ({ snapshot }, { number }) => {
    const [head = '', ...rows] = exporters.csv.text!(snapshot, t).trim().split(/\r?\n/)
    const value = rows[number]?.split(',')[head.split(',').indexOf('value.loss')]
    return value === '' ? null : Number(value)
  },
  'export: interactive-html': async ({ snapshot }, { number }) => {
    const html = exporters['interactive-html'].text!(snapshot, t)
    const page = new DOMParser().parseFromString(html, 'text/html')
    const { columns, rows } = JSON.parse(page.querySelector('#data')!.textContent) as {
      columns: { name: string }[]
      rows: (number | string | null)[][]
    }
    const column = columns.findIndex(({ name }) => name === 'loss')
    return rows.find(([trial]) => trial === number)?.[column] ?? null
  },
  'export: json': async ({ snapshot }, { number }) => {
    const { trials } = JSON.parse(exporters.json.text!(snapshot, t)) as {
      trials: { values: number[] }[]
    }
    return trials[number]?.values[0] ?? null
  },
}

/** Where the value of the best trial stands. */
const locationsOfBest: Readonly<Record<string, Read>> = {
  'page: header': async shown => {
    const { wrapper } = mountPart(StudyHeader, { props: { study: detailOf(shown) } })
    await settle()
    return wrapper.find('strong').text()
  },
  'page: result': async shown => {
    const { wrapper } = mountPart(BestConfiguration, {
      prepare: () => {
        open(shown)
      },
    })
    await settle()
    const text = wrapper.find('section.values').text()
    return /loss\s*(−?[\d.,]*\d)/.exec(text)?.[1] ?? text
  },
  'report: verdict': ({ snapshot }) =>
    /its loss of (−?[\d.,]*\d) is the/.exec(sectionText(snapshot, 'verdict'))?.[1] ?? 'nothing',
  'report: best': ({ snapshot }) => {
    const text = sectionText(snapshot, 'best')
    return /loss\s*(−?[\d.,]*\d)/.exec(text)?.[1] ?? text
  },
  'report: writeup': ({ snapshot }) => {
    const text = sectionText(snapshot, 'writeup')
    return /loss\s*=\s*(−?[\d.,]*\d)/.exec(text)?.[1] ?? text
  },
  'terminal: best': ({ store, snapshot }) => {
    const printed = printedBest(store, snapshot)
    return /^ {2}loss: (−?[\d.,]+)/m.exec(printed)?.[1] ?? printed
  },
  'terminal: list': async ({ name, folder }) => {
    const line =
      (await run(folder, 'list')).split('\n').find(text => text.includes(` ${name} `)) ?? ''
    return /(−?[\d.,]+) \(\d+\)\s+\S+ m?s/.exec(line)?.[1] ?? line
  },
  // A study beside itself: both have their best in one line each.
  'terminal: compare': async ({ name, folder, snapshot }) => {
    // Of several goals, or without a whole training, it compares nothing.
    const printed = await run(folder, 'compare', name, name)
    const lines = printed.split('\n').filter(text => text.startsWith(`${name}  `))
    const figures = new Set(lines.map(line => /(−?[\d.,]+)$/.exec(line.trim())?.[1] ?? line))
    return figures.size === 1 ? [...figures][0]! : `${snapshot.study.name}: ${printed}`
  },
  'terminal: mcp': async shown => (await mcpSummary(shown)).best?.values.loss ?? null,
  'api: study.get': ({ store, studyId }) =>
    readHeadline(store, store.studyById(studyId))?.value ?? null,
  'api: study.list': ({ store, studyId }) =>
    store.listStudies().find(({ id }) => id === studyId)?.best?.value ?? null,
}

/** Exports that say no value of the first goal as text, or whose values another test reads back. */
const readElsewhere: readonly string[] = [
  // Curves.
  'export: metrics-csv',
  'export: tensorboard',
  // The cells of the CSV, in a binary form.
  'export: parquet',
  // test/integration/interop reads them back with the programs themselves.
  'export: optuna',
  'export: hyperopt',
]

function printedBest(store: StudyStore, { study }: StudySnapshot, spoken = t): string {
  const printed: string[] = []
  const print = (text: string): unknown => printed.push(text)
  printBest({ t: spoken, print } as unknown as CliContext, store, study)
  return printed.join('\n')
}

/** What an assistant is told of a study. */
async function mcpSummary({ store, studyId, snapshot }: Shown) {
  const study = store.studyById(studyId)
  const best = readHeadline(store, study)
  const answers: Readonly<Record<string, unknown>> = {
    'study.get': { ...study, best, trials: { failed: 0 }, samplerWhy: msg('proposal.random') },
    'trial.get': { trial: snapshot.trials[best?.number ?? -1] },
    'study.analyze': { answer: null },
    'study.against': winnerInsightsOf(store, study, store.history(studyId)),
  }
  return summarizeStudy(studyId, { ask: async method => answers[method] as never, t })
}

function sectionText(
  snapshot: StudySnapshot,
  section: ReportSection,
  language: Language = 'en',
): string {
  const options = { language, generatedAtMs: 0, version: '1', sections: [section] } as const
  const html = buildHtmlReport(snapshot, options)
  const page = new DOMParser().parseFromString(html, 'text/html')
  return (page.querySelector('main') ?? page.body).textContent.replace(/\s+/g, ' ')
}

/** Rows that read what several places draw from the same model. */
const rowsOfPlaces: Readonly<Record<string, readonly string[]>> = {
  'report: history': ['page: history chart'],
  'report: slices': ['page: slices'],
  'tab: monitor': ['page: header', 'page: result', 'page: history chart'],
  'tab: trials': ['page: table of trials', 'page: page of a trial', 'page: trials side by side'],
  'part: progress': ['page: history chart'],
  'part: dependence': ['page: slices'],
}

/** Places where no trial's value by a goal stands as a figure, by why that is so. */
const placesWithoutValue: Readonly<Record<string, readonly string[]>> = {
  'values of steps, or of a model': [
    'report: curves',
    'report: importance',
    'report: errors',
    'tab: errors',
    'part: importance',
    'part: pairs',
    'part: proposal',
    'part: whatIf',
  ],
  'marks alone, placed by values that the outline has': [
    'report: pareto',
    'report: parallel',
    'report: customChart',
    'tab: parallel',
    'tab: analysis',
    'part: front',
    'part: customChart',
    'part: generations',
  ],
  'what was done or set, no result': [
    'report: artifacts',
    'report: timeline',
    'report: interventions',
    'report: failures',
    'report: space',
    'report: method',
    'report: environment',
    'report: repeat',
    'report: limits',
    'report: file',
    'tab: files',
    'tab: events',
    'tab: file',
    'part: timeline',
  ],
  'values of other studies or of new trainings, beside those of the record': [
    'part: confirm',
    'part: verify',
  ],
}

/** Commands that print values of a study through what another row reads. */
const rowsOfCommands: Readonly<Record<string, readonly string[]>> = {
  // Both end with what `best` prints.
  run: ['terminal: best'],
  resume: ['terminal: best'],
  quickstart: ['terminal: best'],
  export: exportFormats.flatMap(format =>
    readElsewhere.includes(`export: ${format}`) ? [] : [`export: ${format}`],
  ),
  report: ['report: trials', 'report: verdict', 'report: best'],
  api: ['api: study.trials', 'api: trial.get', 'api: study.get'],
}

/** Commands that print no trial's value by a goal, by why that is so. */
const commandsWithoutValue: Readonly<Record<string, readonly string[]>> = {
  'shares, predictions or values of other trainings, none of the record': [
    'importance',
    'errors',
    'predict',
    'verify',
    'what-if',
    // The test value and that of an ensemble, measured while it is made.
    'model',
  ],
  'the line of the client, which a test of its own reads below': ['suggest'],
  'what a program printed, files, or numbers of trials alone': [
    'logs',
    'files',
    'checkpoints',
    'extend',
    'fork',
    'suspend',
    'unsuspend',
    'bundle',
    'import',
  ],
  // The value that a person has just typed; the difference from it has a row of its own below.
  'what a person has typed': ['baseline'],
  'the page, whose rows are above': ['open', 'serve'],
  'nothing of a study that has run': [
    'check',
    'init',
    'data',
    'trust',
    'backups',
    'repair',
    'doctor',
    'install-command',
    'remove-command',
    'diagnostics',
    'engine',
    'token',
    'notifications',
    'machine',
    'run-conditions',
    'study-queue',
    'job-queue',
    'worker',
  ],
}

/** Commands are processes of their own, which a busy machine starts slowly. */
const LIMIT = { timeout: 180_000 }
const scratch = useScratchFolders()

/** What the command line prints, once for each command. */
const printedBy = new Map<string, Promise<string>>()
function run(folder: string, ...words: string[]): Promise<string> {
  const key = [folder, ...words].join(' ')
  const printed =
    printedBy.get(key) ??
    promisify(execFile)(
      process.execPath,
      [path.resolve('bin/tunewright.cjs'), '--db', 'a.sqlite', ...words],
      { cwd: folder, env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '', NO_COLOR: '1' } },
    ).then(({ stdout }) => stdout)
  printedBy.set(key, printed)
  return printed
}

function open({ snapshot, studyId, store }: Shown): void {
  const { specification } = snapshot.study
  openStudy(specification, snapshot.trials.map(toTrialRow), {
    specification,
    best: readHeadline(store, store.studyById(studyId)),
    dataset: snapshot.study.dataset,
    state: 'finished',
  })
}

/** Without a component: stores and formats of the page are there. */
function openPage(shown: Shown): void {
  mountPart(
    { render: () => null },
    {
      prepare: () => {
        open(shown)
      },
    },
  )
}

function detailOf(shown: Shown): StudyDetail {
  openPage(shown)
  return useLiveStudy().study!
}

function seed(store: StudyStore, name: string, kind: Kind): number {
  const specification = studySpecificationSchema.parse({
    name,
    objective: { function: 'branin' },
    goals: [loss],
    space: { x: { float: [0, 1] } },
    stop: { trials: kind.trials.length },
    ...kind.specification,
  })
  const study = { specification, source: '', environment: sampleEnvironment, createdAtMs: 0 }
  if (kind.isImported === true) return seedImported(store, study, kind)
  const { id: studyId } = store.createStudy(study)
  kind.trials.forEach((end, number) => {
    const reason =
      end.isUsual === true ? msg('proposal.start', { point: 1, points: 1 }) : msg('proposal.random')
    const provenance = { sampler: 'random', reason }
    store.startTrial({
      studyId,
      number,
      parameters: { x: number / 8 },
      seed: number,
      slot: 0,
      atMs: number,
      provenance,
      ...(end.origin === undefined ? {} : { origin: end.origin }),
    })
    if (end.replicates !== undefined)
      store.startTraining(studyId, number, { training: 0, metrics: [] })
    // A curve of the first training ends elsewhere: it must stand nowhere as the value.
    const columns = {
      names: ['loss'],
      steps: Int32Array.of(1, 2),
      values: Float64Array.of(99, 77),
    }
    store.finishTrial({
      studyId,
      trialNumber: number,
      bestStep: 2,
      artifacts: [],
      atMs: number + 10,
      state: end.state,
      values: end.values,
      ...(end.constraints === undefined ? {} : { constraints: end.constraints }),
      ...(end.replicates === undefined ? {} : { replicates: end.replicates }),
      reason: end.reason ?? (end.state === 'pruned' ? msg('pruning.pruned') : null),
      failure: end.state === 'failed' ? { class: 'code', reason: verbatim('it broke') } : null,
      metrics: [{ trialNumber: number, columns }],
    })
  })
  return studyId
}

/** As a file of another program brings them: whole, with all trials at once. */
function seedImported(store: StudyStore, study: NewStudy, { trials }: Kind): number {
  const importedFrom = {
    program: 'Optuna',
    version: '4.5.0',
    file: 'optuna.db',
    sha256: null,
    study: 'theirs',
    notes: [],
    userAttributes: {},
  }
  const imported = trials.map(({ state, values }, number) => ({
    number,
    state,
    values,
    parameters: { x: number / 8 },
    seed: number,
    slot: 0,
    provenance: { sampler: 'Optuna', reason: msg('proposal.byProgram', { program: 'Optuna' }) },
    metrics: { loss: { steps: [1, 2], values: [99, 77] } },
    bestStep: 2,
    constraints: [],
    reason: null,
    failure: null,
    startedAtMs: number,
    finishedAtMs: number + 10,
  }))
  const environment = { ...study.environment, importedFrom }
  const end = { reason: msg('ending.imported', { program: 'Optuna' }), elapsedMs: 30, atMs: 100 }
  return store.importStudy({ ...study, environment }, imported, end).id
}

describe.each(Object.entries({ ...kinds, ...mixedKinds }))('a study: %s', (name, kind) => {
  it('has one figure for a value wherever it stands', LIMIT, async () => {
    const folder = scratch()
    const store = openStudyStore(path.join(folder, 'a.sqlite'))
    try {
      const studyId = seed(store, name, kind)
      const snapshot = store.snapshot(studyId)
      const shown = { name, store, studyId, snapshot, folder }
      openPage(shown)
      const differing: unknown[] = []
      const compare = async (location: string, read: Read, trial: TrialRecord): Promise<void> => {
        const value = trial.values[0]
        const seen = await read(shown, trial)
        const text = value === undefined ? '–' : formatMetric(value)
        const isSame =
          typeof seen === 'string'
            ? seen === text || seen.startsWith(`${text} (`)
            : seen === (value ?? null)
        if (!isSame) differing.push({ location, trial: trial.number, value, seen })
      }
      for (const [location, read] of Object.entries(locationsOfTrials)) {
        for (const trial of snapshot.trials) await compare(location, read, trial)
      }
      const best = snapshot.trials.find(({ number }) => number === kind.best)!
      expect(isFeasible(best)).toBe(true)
      // Of several goals the header names none.
      const isInHeader = snapshot.study.specification.goals.length === 1
      for (const [location, read] of Object.entries(locationsOfBest)) {
        if (isInHeader || !['page: header', 'page: result'].includes(location))
          await compare(location, read, best)
      }
      expect(differing).toEqual([])
    } finally {
      store.close()
    }
  })
})

/** One line each for what is said beside the best, as text, in a study that a test has prepared. */
const sentencesBesideBest: Readonly<
  Record<string, (shown: Shown, spoken: typeof t) => string | Promise<string>>
> = {
  'page: result': async (shown, spoken) => {
    const { text } = mountPart(BestConfiguration, {
      language: spoken.language,
      prepare: () => {
        open(shown)
      },
    })
    await settle()
    return text()
  },
  'report: verdict and best': ({ snapshot }, { language }) =>
    sectionText(snapshot, 'verdict', language) + sectionText(snapshot, 'best', language),
  'terminal: best': ({ store, snapshot }, spoken) => printedBest(store, snapshot, spoken),
}

/** A study in a store of its own, for as long as it is looked at. */
async function withStudy(
  kind: Kind,
  prepare: (store: StudyStore, studyId: number) => void,
  look: (shown: Shown) => Promise<void>,
): Promise<void> {
  const folder = scratch()
  const store = openStudyStore(path.join(folder, 'a.sqlite'))
  try {
    const studyId = seed(store, 'beside', kind)
    prepare(store, studyId)
    await look({ name: 'beside', store, studyId, snapshot: store.snapshot(studyId), folder })
  } finally {
    store.close()
  }
}

describe('the difference from the baseline', () => {
  const pinned = (baseline: Baseline) => (store: StudyStore, studyId: number) => {
    const { labels } = store.studyById(studyId)
    store.setLabels(studyId, { ...labels, baseline }, { atMs: 0 })
  }

  it.each([
    ['of a trial', kinds.folds!, { trial: 0 }],
    ['of a value', kinds.folds!, { value: 4 }],
    ['of a trial, each trained once', kinds.imported!, { trial: 2 }],
    ['of a trial, with replicates', kinds.replicates!, { trial: 1 }],
  ] as const)(
    '%s is one on the page, in the report and on a terminal',
    async (_, kind, baseline) => {
      await withStudy(kind, pinned(baseline), async shown => {
        const { store, studyId, snapshot } = shown
        const best = readHeadline(store, store.studyById(studyId))
        const sentence = t.format(baselineMessage('loss', best!.number, best!.baseline!))
        expect(sentence).toContain('vs. baseline')
        for (const [location, read] of Object.entries(sentencesBesideBest))
          expect(await read(shown, t), location).toContain(sentence)
        const chart = sectionText(snapshot, 'history')
        expect(chart).toContain(t('chart.baseline'))
      })
    },
  )

  it('is not spoken of where no baseline is pinned', async () => {
    await withStudy(
      kinds.folds!,
      () => undefined,
      async shown => {
        for (const [location, read] of Object.entries(sentencesBesideBest))
          expect(await read(shown, t), location).not.toMatch(/baseline/i)
        expect(sectionText(shown.snapshot, 'history')).not.toContain(t('chart.baseline'))
      },
    )
  })
})

describe('what speaks against the best', () => {
  const many: Kind = {
    specification: { objective: { task: 'tabular', data: { file: 'a.csv', target: 'y' } } },
    trials: [1.01, 1, 4, 5, 6, 7, 8, 9, 10].map((value, number) =>
      complete(value, number === 0 ? { isUsual: true } : {}),
    ),
    best: 1,
  }
  const withRows = (validation: number) => (store: StudyStore, studyId: number) => {
    const rowParts = { train: 3 * validation, validation, test: validation }
    store.setDataset(studyId, { rows: 5 * validation, rowParts })
  }

  it.each([t, zh])(
    'stands beside it on the page, in the report and on a terminal, never in bold',
    async spoken => {
      const sentences = [
        spoken('insight.fewRows', { best: 1, trials: 9, rows: 40 }),
        spoken('insight.usualNear', { usual: 0, best: 1, equal: 'no' }),
      ]
      await withStudy(many, withRows(40), async shown => {
        for (const [location, read] of Object.entries(sentencesBesideBest)) {
          const text = (await read(shown, spoken)).replace(/\s+/g, ' ')
          for (const sentence of sentences) expect(text, location).toContain(sentence)
        }
        const result = [...document.querySelectorAll('.result p.against')].map(
          part => part.innerHTML,
        )
        expect(result).toHaveLength(2)
        expect(result.join('')).not.toMatch(/<(?:strong|b)\b/)
      })
    },
  )

  it('is what assistants are told, too', async () => {
    await withStudy(many, withRows(40), async shown => {
      const { best } = await mcpSummary(shown)
      expect(best?.against).toHaveLength(2)
      expect(best?.against[0]).toContain(t('insight.fewRows', { best: 1, trials: 9, rows: 40 }))
      expect(best?.against[1]).toBe(t('insight.usualNear', { usual: 0, best: 1, equal: 'no' }))
    })
  })

  it('says nothing of rows where they are many', async () => {
    await withStudy(many, withRows(5_000), async shown => {
      for (const [location, read] of Object.entries(sentencesBesideBest)) {
        const text = await read(shown, t)
        expect(text, location).not.toContain('few rows')
        expect(text, location).toContain('a usual configuration')
      }
    })
  })
})

it(
  'is one figure for the Python client, too, which reads the lines of the conversation',
  LIMIT,
  async () => {
    const folder = scratch()
    const values = [84_321.5, 0.125, -3.75]
    const open = { name: 'asked', goals: [loss], space: { x: { float: [0, 1] } } }
    await converse(folder, [
      { open },
      ...values.map((value, index) => ({ add: { parameters: { x: index / 8 }, values: [value] } })),
    ])
    const answered = await converse(folder, [{ open }, { trials: {} }])
    const answer = answered.find(line => 'trials' in line) as
      { readonly trials: readonly { readonly values: number[] }[] } | undefined
    const store = openStudyStore(path.join(folder, 'a.sqlite'))
    const rows = store.snapshot(store.findStudy('asked').id).trials.map(toTrialRow)
    store.close()
    expect(rows.map(row => row.values[0])).toEqual(values)
    expect(answer?.trials.map(trial => trial.values[0])).toEqual(values)
  },
)

/** What `tunewright suggest` answers to lines. */
async function converse(folder: string, lines: readonly unknown[]): Promise<readonly object[]> {
  const running = promisify(execFile)(
    process.execPath,
    [path.resolve('bin/tunewright.cjs'), '--db', 'a.sqlite', 'suggest'],
    { cwd: folder, env: { ...process.env, NO_COLOR: '1' } },
  )
  running.child.stdin?.end(lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  const { stdout } = await running
  return stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as object)
}

it('has a row for every exporter and every method that answers with values', () => {
  const rows = [
    ...Object.keys(locationsOfTrials),
    ...Object.keys(locationsOfBest),
    ...readElsewhere,
  ]
  const wanted = [
    ...exportFormats.map(format => `export: ${format}`),
    ...methodsWithValues().map(method => `api: ${method}`),
  ]
  expect(wanted.filter(location => !rows.includes(location))).toEqual([])
})

it('has a row, or a reason why there is none, for every command of the terminal', () => {
  const rows = [...Object.keys(locationsOfTrials), ...Object.keys(locationsOfBest)]
  const commands = commandGroups.flatMap(({ names }) => names)
  const reasoned = [...Object.keys(rowsOfCommands), ...Object.values(commandsWithoutValue).flat()]
  const isListed = (command: string): boolean =>
    reasoned.includes(command) || rows.includes(`terminal: ${command}`)
  expect(commands.filter(command => !isListed(command))).toEqual([])
  // Nothing is excused that does not exist, or that has a row, and every row that is named is there.
  const isStale = (command: string): boolean =>
    !commands.includes(command) || rows.includes(`terminal: ${command}`)
  expect(reasoned.filter(isStale)).toEqual([])
  const named = Object.values(rowsOfCommands).flat()
  expect(named.filter(row => !rows.includes(row))).toEqual([])
})

it('has a row, or a reason why there is none, for every section, tab and part of the analysis', () => {
  const rows = [...Object.keys(locationsOfTrials), ...Object.keys(locationsOfBest)]
  const program = detail({ command: ['python3', 'train.py'] })
  const table = detail({ task: 'tabular', data: { file: 'a.csv', target: 'y' } })
  const tabs = [...studyTabs(program), ...studyTabs(table)].map(({ name }) => name)
  const places = [
    ...reportSections.map(section => `report: ${section}`),
    ...[...new Set(tabs)].map(name => `tab: ${name}`),
    ...analysisParts.map(part => `part: ${part}`),
  ]
  const reasoned = Object.values(placesWithoutValue).flat()
  const listed = [...rows, ...Object.keys(rowsOfPlaces), ...reasoned]
  expect(places.filter(place => !listed.includes(place))).toEqual([])
  // Nothing is excused that does not exist, and no place is said to be read by a row that is not there.
  const stale = [...reasoned, ...Object.keys(rowsOfPlaces)].filter(place => !places.includes(place))
  expect(stale).toEqual([])
  expect(
    Object.values(rowsOfPlaces)
      .flat()
      .filter(row => !rows.includes(row)),
  ).toEqual([])
})

function detail(objective: unknown): StudyDetail {
  return { specification: { objective } } as StudyDetail
}

/** Methods in whose answers a trial, or the best of a study, stands with its values. */
function methodsWithValues(): string[] {
  const file = 'src-main/features/api/common/answers.generated.json'
  const { answers, definitions } = JSON.parse(readFileSync(file, 'utf8')) as Record<
    'answers' | 'definitions',
    Record<string, unknown>
  >
  const shows = (schema: unknown, seen: Set<string>): boolean => {
    const names = [...JSON.stringify(schema).matchAll(/#\/\$defs\/(\w+)/g)].map(([, name]) => name!)
    return names.some(name => {
      if (['TrialRow', 'TrialRecord', 'BestTrialHeadline', 'StudyOutline'].includes(name))
        return true
      if (seen.has(name)) return false
      seen.add(name)
      return shows(definitions[name], seen)
    })
  }
  return Object.entries(answers).flatMap(([method, schema]) =>
    shows(schema, new Set()) ? [method] : [],
  )
}
