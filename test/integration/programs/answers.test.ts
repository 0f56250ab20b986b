import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { scopes } from '../../../src-main/features/access/common/access.ts'
import {
  type AnalysisQuestion,
  importanceMethods,
} from '../../../src-main/core/questions/analysis.ts'
import {
  type Method,
  programMethods,
  scopeOf,
} from '../../../src-main/features/api/common/methods.ts'
import { answerProgram } from '../../../src-main/hosts/calls/answer-program.ts'
import { encodeWire } from '../../../src-main/core/processes/wire.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { answerFaults } from '../../helpers/answer-faults.ts'
import { bowl, kindsOfStudies, repeatedStudies } from '../../helpers/kinds-of-studies.ts'
import { OptunaClient } from '../../../src-main/features/optuna-storage/node/client.ts'
import { seedStudies } from '../../helpers/seed-studies.ts'
import { servePrograms, type ServedPrograms, smallStudy } from '../../helpers/serve-programs.ts'
import { tinyTasks } from '../../helpers/tiny-tasks.ts'

/** What methods really answer, over HTTP, is what the description of the API says: every field, and no other one. */
const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-answers-'))
const inFolder = (name: string): string => path.join(folder, name)
const { large: _, ...kinds } = kindsOfStudies
const seeds = [...Object.values(kinds), bowl, ...repeatedStudies.slice(3, 7)]
const answered = new Set<Method>()
let served: ServedPrograms
const t = createTranslate('en')
let ids: Readonly<Record<string, number>> = {}

/** Waits as long as `hold` is there, and leaves a file. */
const program = `
const fs = require('node:fs')
console.log(JSON.stringify({ step: 1, loss: 0.5 }))
fs.writeFileSync(process.env.TUNEWRIGHT_ARTIFACTS + '/t.csv', 'a,b\\n1,2\\n')
const timer = setInterval(() => {
  if (fs.existsSync('hold')) return
  clearInterval(timer)
  console.log(JSON.stringify({ step: 2, loss: 0.25 }))
}, 50)
`
const programStudy = {
  name: 'program',
  objective: { command: [process.execPath, 'program.cjs'] },
  goals: [{ metric: 'loss', direction: 'minimize' }],
  space: { x: { float: [0, 1] } },
  sampler: { name: 'random' },
  stop: { trials: 4 },
}

const tiny = tinyTasks(folder).tabular
const trainedStudy = {
  name: 'trained',
  objective: { ...tiny.objective, data: { ...tiny.objective.data, file: inFolder('rows.csv') } },
  goals: [{ metric: 'validationLoss', direction: 'minimize' }],
  space: {
    learningRate: { float: [0.01, 0.1] },
    units: { fixed: 4 },
    epochs: { fixed: 3 },
    batchSize: { fixed: 8 },
    family: { fixed: 'network' },
    patience: { fixed: 0 },
  },
  sampler: { name: 'random' },
  stop: { trials: 3 },
  ensemble: 2,
  engine: 'cpu',
  checkpoint: { atEnd: true },
}

beforeAll(async () => {
  const written = seedStudies(inFolder('a.sqlite'), seeds)
  ids = Object.fromEntries(seeds.map(({ name }, index) => [name, written[index] ?? 0]))
  writeFileSync(inFolder('program.cjs'), program)
  writeFileSync(inFolder('hold'), '')
  copyFileSync('test/fixtures/data/breast-cancer.csv', inFolder('rows.csv'))
  for (const name of ['ham', 'spam']) {
    mkdirSync(path.join(inFolder('texts'), name), { recursive: true })
    writeFileSync(path.join(inFolder('texts'), name, 'a.txt'), name)
  }
  served = await servePrograms(folder)
  for (const name of ['rows.csv', 'texts', 'model'])
    await served.backEnd.api['file.choose']({ path: inFolder(name) })
}, 120_000)

afterAll(async () => {
  await served.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
})

/** They change nothing that is kept. */
const withoutTrace: readonly Method[] = ['engine.check', 'study.dryRun']

/** Events of all studies that name the caller. */
async function acts(): Promise<number> {
  const { api } = served.backEnd
  const rows = await api['study.list']({})
  const events = await Promise.all(rows.map(async ({ id }) => api['study.events']({ studyId: id })))
  const by = { name: 'script', via: 'http' }
  return events.flat().filter(({ detail }) => isDeepStrictEqual(detail['by'], by)).length
}

/** As every endpoint for programs asks; whatever it changes is an event that names the caller. */
async function ask<Answer = unknown>(method: Method, request: object = {}): Promise<Answer> {
  const program = { scopes, api: served.backEnd.apiFor({ name: 'script', via: 'http' }) }
  const message = { method, payload: request }
  const isAct = scopeOf(method) !== 'read' && !withoutTrace.includes(method)
  const before = isAct ? await acts() : 0
  const envelope = await answerProgram(program, message, t.format, (_, bug) => console.error(bug))
  if (!envelope.ok) throw new Error(`${method}: ${JSON.stringify(envelope.error)}`)
  const answer: unknown = JSON.parse(encodeWire(envelope.value))
  expect(answerFaults(method, answer)).toEqual([])
  if (isAct) expect([method, await acts()]).not.toEqual([method, before])
  answered.add(method)
  return answer as Answer
}

const file = (study: object) => ({ text: JSON.stringify(study), format: 'json' as const })

async function create(study: { readonly name: string }, start = true): Promise<number> {
  const { studyId } = await ask<{ studyId: number }>('study.create', { ...file(study), start })
  ids = { ...ids, [study.name]: studyId }
  return studyId
}

async function reaches(studyId: number, state: string): Promise<void> {
  await vi.waitFor(
    async () => expect(await ask('study.get', { studyId })).toMatchObject({ state }),
    {
      timeout: 120_000,
      interval: 200,
    },
  )
}

it('of the application, its machine, data and engines', async () => {
  await served.backEnd.api['app.backUp']({})
  for (const method of [
    ...(['app.describe', 'app.writer', 'app.catalog', 'app.log', 'app.diagnostics'] as const),
    ...([
      'backup.list',
      'backup.check',
      'runConditions.get',
      'studyQueue.list',
      'optuna.endpoint',
    ] as const),
    ...(['machine.usage', 'machine.devices', 'engine.list', 'engine.installation'] as const),
  ]) {
    await ask(method)
  }
  await ask('app.samples', { language: 'zh-CN' })
  await ask('engine.check', { engine: 'cpu' })
  const format = { delimiter: 'auto', encoding: 'auto', decimal: 'auto', header: true }
  await ask('dataset.preview', { file: inFolder('rows.csv'), ...format })
  await ask('dataset.sheets', { file: inFolder('rows.csv') })
  await ask('dataset.classes', { kind: 'text', folders: inFolder('texts') })
  for (const { objective } of [programStudy, trainedStudy, smallStudy]) {
    await ask('objective.describe', { objective })
  }
}, 300_000)

it('of studies of every kind', async () => {
  expect(await ask<object[]>('study.list')).toHaveLength(seeds.length)
  const questions: AnalysisQuestion[] = [
    ...importanceMethods.map(
      method => ({ kind: 'importance', goal: 0, method, pairs: true }) as const,
    ),
    { kind: 'dependence', goal: 0, names: ['rate'] },
    { kind: 'curveBands', metric: 'loss' },
    { kind: 'lastValues', metric: 'loss' },
    ...(['attributes', 'hypervolume', 'ancestry', 'estimatedBest', 'confirmation'] as const).map(
      kind => ({ kind }),
    ),
  ]
  // The more there is to say, the longer it takes.
  const studyNames = ['none', 'failed', 'pruned', 'nan', 'goals', 'genetic']
  for (const [name, studyId] of Object.entries(ids)) {
    for (const method of [
      'get',
      'outline',
      'trials',
      'events',
      'queue',
      'files',
      'checkpoints',
      'against',
    ] as const) {
      await ask(`study.${method}`, { studyId })
    }
    const numbers = ['none', 'single'].includes(name) ? [] : [0, 3]
    await ask('study.curves', { studyId, metric: 'loss', numbers })
    await ask('study.stepTimes', { studyId, numbers })
    if (!studyNames.includes(name)) continue
    for (const question of questions) {
      await ask('study.analyze', { studyId, trials: null, question })
    }
  }
  const groups = ['random', 'tpe'].map(name => ({
    name,
    members: Object.entries(ids)
      .filter(([key]) => key.startsWith(`${name}-`))
      .map(([, studyId]) => ({ studyId, by: 'all' })),
  }))
  await ask('studies.compare', { groups, budget: 'shortest' })
  const sampler = { name: 'random' }
  await ask('study.whatIf', { studyId: ids['bowl'], sampler, pruner: null, budget: 10, runs: 2 })
  await ask('study.whatIf', {
    studyId: ids['pruned'],
    sampler: null,
    pruner: { name: 'median' },
    budget: null,
    runs: 1,
  })
}, 300_000)

it('of a study of a program: made, steered, watched', async () => {
  for (const method of ['check', 'preview', 'forecast', 'checkData'] as const) {
    await ask(`study.${method}`, file(trainedStudy))
    await ask(`study.${method}`, file(programStudy))
  }
  await ask('study.check', { text: 'name: [', format: 'yaml' })
  await ask('study.check', file({ ...trainedStudy, space: {}, unheard: 1 }))
  await ask('study.network', {
    ...file(trainedStudy),
    parameters: { units: 4, learningRate: 0.05 },
  })
  await ask('study.network', { ...file(smallStudy), parameters: { x0: 1, x1: 1 } })
  await ask('study.dryRun', file(trainedStudy))
  // A person trusts the program.
  const { api } = served.backEnd
  const source = file(programStudy)
  const code = await api['code.describe']({ source })
  await api['code.trust']({ source, fingerprint: code?.fingerprint ?? '' })
  const id = await create(programStudy, false)
  await ask('studyQueue.add', { studyId: id, priority: 'high' })
  await reaches(id, 'running')
  const waiting = await create({ ...smallStudy, name: 'waiting' }, false)
  await ask('studyQueue.add', { studyId: waiting, priority: 'low' })
  expect(await ask('studyQueue.list')).toMatchObject([{ name: 'waiting' }])
  await ask('studyQueue.move', { studyId: waiting, position: 0 })
  await ask('studyQueue.remove', { studyId: waiting })
  const of = (number: number) => ({ studyId: id, number })
  const runs = async (number: number) =>
    vi.waitFor(
      async () =>
        expect(await ask('trial.get', of(number))).toMatchObject({ trial: { state: 'running' } }),
      60_000,
    )
  await runs(0)
  await ask('machine.usage')
  await ask('trial.suspend', of(0))
  await runs(1)
  await ask('trial.unsuspend', of(0))
  await ask('trial.cancel', of(1))
  await ask('study.stop', { studyId: id, when: 'afterRunning' })
  await ask('study.keepRunning', { studyId: id })
  rmSync(inFolder('hold'))
  await reaches(id, 'finished')
  for (const number of [0, 1, 2, 3]) {
    for (const method of ['get', 'resources', 'logs', 'network', 'confusion'] as const) {
      await ask(`trial.${method}`, of(number))
    }
  }
  const { files } = await ask<{ files: { kind: string; trialNumber: number }[] }>('study.files', {
    studyId: id,
  })
  const [firstFile] = files
  const kind = firstFile?.kind ?? ''
  const number = firstFile?.trialNumber ?? 2
  await ask('trial.file', { ...of(number), kind })
  await ask('trial.filePreview', { ...of(number), kind })
  await ask('study.thumbnails', { studyId: id, files: [{ number, kind }] })
  await ask('study.bundle', { studyId: id })
}, 300_000)

it('of a study that was trained: its model, errors, branches and words', async () => {
  const studyId = await create(trainedStudy)
  await reaches(studyId, 'finished')
  const ofStudy = { studyId }
  for (const method of ['get', 'network', 'resources', 'logs', 'confusion'] as const) {
    await ask(`trial.${method}`, { studyId, number: 0 })
  }
  await ask('dataset.list')
  await ask('study.checkpoints', ofStudy)
  await ask('study.errors', { studyId, number: null, limit: 5 })
  await ask('study.testRows', { studyId, limit: 5 })
  await ask('study.testRowsFile', ofStudy)
  await ask('model.build', { studyId, model: { of: 'average', refit: false } })
  const best = { of: 'best', refit: false }
  await ask('model.predict', { studyId, input: inFolder('rows.csv'), model: best })
  await ask('model.export', { studyId, folder: inFolder('model'), language: 'en', model: best })
  await ask('model.card', { studyId, language: 'en', model: best })
  await ask('model.download', { studyId, language: 'en', model: best, form: 'zip' })
  await ask('model.cancel', ofStudy)
  await ask('study.verification', ofStudy)
  await ask('study.verify', { studyId, retrain: 'best', tolerance: 1e-4 })
  await vi.waitFor(
    async () => expect(await ask('study.verification', ofStudy)).toMatchObject({ state: 'done' }),
    { timeout: 120_000, interval: 200 },
  )
  await ask('study.stopVerifying', ofStudy)
  await ask('study.report', { studyId, format: 'json', language: 'en', sections: null })
  await ask('study.export', { studyId, format: 'csv', language: 'en' })
  await ask('study.label', {
    studyId,
    labels: { tags: ['paper'], note: 'seen', baseline: { trial: 0 } },
  })
  // With the comparison in its row.
  await ask('study.get', ofStudy)
  await ask('study.rename', { studyId, name: 'another name' })
  await ask('trial.logPart', { studyId, number: 0, from: null })
  await ask('study.keepChart', { studyId, chart: null })
  await ask('study.cancelWork', { ticket: 'none' })
  await ask('study.cancelAnalyses', { studyId: 1 })
  await ask('study.keepTrialView', { studyId, name: 'best', view: null })
  await ask('trial.note', { studyId, number: 0, text: 'odd' })
  await ask('trial.exclude', { studyId, numbers: [1], excluded: true })
  await ask('trial.extend', { studyId, numbers: [0], epochs: 2 })
  await ask('trial.fork', {
    studyId,
    number: 0,
    changes: { learningRate: 0.02 },
    mode: 'initialize',
  })
  const { parameters } = (
    await ask<{ trial: { parameters: object } }>('trial.get', { studyId, number: 0 })
  ).trial
  const event = await ask<{ id: number }>('trial.enqueue', { studyId, parameters, from: null })
  const [queued] = await ask<{ id: number }[]>('study.queue', ofStudy)
  await ask('study.undo', { studyId, eventId: event.id })
  await ask('trial.withdraw', { studyId, queued: queued?.id })
  await ask('study.change', { studyId, change: { stop: { trials: 9 }, parallelTrials: 2 } })
  await ask('study.events', ofStudy)
  await ask('study.start', ofStudy)
  await ask('study.pause', ofStudy)
  await reaches(studyId, 'paused')
  for (const method of ['study.confirm', 'study.repeat'] as const) {
    const request = method === 'study.confirm' ? { top: 2, trainings: 2 } : { count: 1 }
    const made = await ask<{ studyId?: number; studyIds?: number[] }>(method, {
      studyId,
      ...request,
    })
    const id = made.studyId ?? made.studyIds?.[0] ?? 0
    await ask('study.stop', { studyId: id, when: 'now' })
  }
}, 300_000)

it('of what comes from elsewhere, and of all methods', async () => {
  const table = 'rate,units,loss,state\n0.1,3,0.5,complete\n0.2,4,0.4,complete\n'
  const imported = { name: 'runs.csv', base64: Buffer.from(table).toString('base64') }
  await ask('import.describe', { file: imported, language: 'en' })
  const goals = [{ metric: 'loss', direction: 'minimize' }]
  await ask('import.run', { file: imported, only: null, name: 'past', goals })
  const { port } = await served.backEnd.api['optuna.open']({ port: 0 })
  const optuna = new OptunaClient(port ?? 0)
  const { studyId } = await optuna.ask('CreateNewStudy', { studyName: 'left', directions: [0] })
  await optuna.ask('CreateNewTrial', { studyId, templateTrial: null, templateTrialIsNone: true })
  const rows = await ask<{ id: number; name: string }[]>('study.list')
  const leftStudyId = rows.find(({ name }) => name === 'left')?.id
  await ask('optuna.endpoint')
  await ask('optuna.failLost', { studyId: leftStudyId, number: 0 })
  optuna.close()
  const failed = ids['failed']
  await ask('trial.retry', { studyId: failed, number: 0 })
  expect(programMethods.filter(method => !answered.has(method))).toEqual([])
}, 120_000)
