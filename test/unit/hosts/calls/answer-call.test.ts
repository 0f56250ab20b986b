import { noRunConditions } from '../../../../src-main/features/run-conditions/common/run-conditions.ts'
import { describe, expect, it, vi } from 'vitest'
import { type Api, requestSchemas } from '../../../../src-main/features/api/common/methods.ts'
import { AppError } from '../../../../src-main/core/errors/errors.ts'
import { verbatim } from '../../../../src-main/core/errors/message.ts'
import { perform } from '../../../../src-main/hosts/calls/answer-call.ts'

async function callApi(
  api: Api,
  method: string,
  payload: unknown,
  onBug?: (method: string, error: unknown) => void,
) {
  return perform(requestSchemas, api, { method, payload }, onBug)
}

/** Every method answers with its request. */
const echo = Object.fromEntries(
  Object.keys(requestSchemas).map(method => [method, async (request: unknown) => request]),
) as unknown as Api

/** One request per method that its schema takes. */
const valid: Readonly<Record<keyof typeof requestSchemas, object>> = {
  'app.describe': {},
  'app.writer': {},
  'app.catalog': {},
  'app.samples': { language: 'en' },
  'app.backUp': {},
  'backup.list': {},
  'backup.check': {},
  'backup.configure': { keep: 3, everyHours: 24 },
  'backup.restore': { name: 'daily.sqlite' },
  'app.log': {},
  'app.diagnostics': {},
  'machine.usage': {},
  'machine.devices': {},
  'access.list': {},
  'access.create': { name: 'script', scopes: ['read'] },
  'access.revoke': { id: 'script' },
  'notifications.list': {},
  'notifications.add': {
    name: 'phone',
    occasions: ['end'],
    language: 'en',
    target: { kind: 'ntfy', url: 'https://ntfy.sh/topic' },
  },
  'notifications.remove': { name: 'phone' },
  'notifications.test': { name: 'phone' },
  'runConditions.get': {},
  'runConditions.set': { runConditions: noRunConditions },
  'runConditions.machineEvent': { event: 'battery' },
  'studyQueue.list': {},
  'studyQueue.add': { studyId: 1, priority: 'high' },
  'studyQueue.move': { studyId: 1, position: 0 },
  'studyQueue.remove': { studyId: 1 },
  'command.describe': {},
  'command.install': {},
  'command.remove': {},
  'remote.list': {},
  'remote.add': { name: 'box2', host: 'box2' },
  'remote.remove': { name: 'box2' },
  'remote.check': { name: 'box2' },
  'remote.jobQueues': {},
  'remote.inspectJobQueue': { url: 'rediss://broker', name: 'trials' },
  'file.choose': { path: 'table.csv' },
  'file.read': { id: 'x', offset: 0 },
  'dataset.list': {},
  'dataset.preview': {
    file: 'table.csv',
    delimiter: ';',
    encoding: 'auto',
    decimal: ',',
    header: true,
  },
  'dataset.sheets': { file: 'table.xlsx' },
  'dataset.classes': { kind: 'image', folders: 'pets' },
  'dataset.samples': { id: 'a' },
  'dataset.clear': { id: 'a' },
  'dataset.remove': { id: 'a' },
  'optuna.endpoint': {},
  'optuna.open': { port: 0 },
  'optuna.close': {},
  'optuna.failLost': { studyId: 1, number: 0 },
  'objective.describe': { objective: { function: 'branin' } },
  'engine.list': {},
  'engine.check': { engine: 'wasm' },
  'engine.install': { engine: 'lightgbm', gpu: false, wheels: null },
  'engine.installation': {},
  'engine.remove': { engine: 'xgboost' },
  'code.describe': { source: { studyId: 1 } },
  'code.trust': { source: { text: 'x', format: 'yaml' }, fingerprint: 'a'.repeat(64) },
  'study.list': {},
  'study.get': { studyId: 1 },
  'study.check': { text: 'name: a', format: 'yaml' },
  'study.checkData': { text: 'name: a', format: 'yaml' },
  'study.preview': { text: 'name: a', format: 'yaml' },
  'study.forecast': { text: 'name: a', format: 'yaml' },
  'study.dryRun': { text: 'name: a', format: 'json' },
  'study.dryRunOutput': { run: 'a' },
  'study.cancelDryRun': { run: 'a' },
  'study.network': { text: 'x', format: 'yaml', parameters: { units: 3 } },
  'study.create': { text: 'name: a', format: 'yaml', start: false },
  'study.start': { studyId: 1 },
  'study.pause': { studyId: 1 },
  'study.stop': { studyId: 1, when: 'now' },
  'study.keepRunning': { studyId: 1 },
  'study.change': { studyId: 1, change: { parallelTrials: 2 } },
  'study.undo': { studyId: 1, eventId: 7 },
  'study.keepChart': { studyId: 1, chart: null },
  'study.cancelAnalyses': { studyId: 1 },
  'study.cancelWork': { ticket: 'a' },
  'study.keepTrialView': { studyId: 1, name: 'best', view: null },
  'study.label': { studyId: 1, labels: { tags: ['paper'], archived: true } },
  'study.rename': { studyId: 1, name: 'houses' },
  'study.delete': { studyId: 1 },
  'study.restore': { studyId: 1 },
  'study.queue': { studyId: 1 },
  'study.outline': { studyId: 1 },
  'study.against': { studyId: 1 },
  'study.stepTimes': { studyId: 1, numbers: [0] },
  'study.trials': { studyId: 1 },
  'study.events': { studyId: 1 },
  'study.curves': { studyId: 1, metric: 'loss', numbers: [0, 3] },
  'study.stepTimes': { studyId: 1, numbers: [0] },
  'study.analyze': { studyId: 1, trials: null, question: { kind: 'hypervolume' } },
  'study.repeat': { studyId: 1, count: 2 },
  'study.confirm': { studyId: 1, top: 3, trainings: 5 },
  'studies.compare': {
    groups: [{ name: 'a', members: [{ studyId: 1, by: 'all' }] }],
    budget: 'own',
  },
  'study.report': { studyId: 1, format: 'pdf', language: 'zh-CN', sections: ['verdict', 'best'] },
  'study.export': { studyId: 1, format: 'tensorboard', language: 'en' },
  'study.bundle': { studyId: 1 },
  'study.verify': { studyId: 1, retrain: [3], tolerance: 1e-4 },
  'study.verification': { studyId: 1 },
  'study.stopVerifying': { studyId: 1 },
  'study.whatIf': { studyId: 1, sampler: { name: 'tpe' }, pruner: null, budget: null, runs: 5 },
  'script.describe': { path: '/train.py', language: 'en' },
  'script.helpCode': { path: '/train.R' },
  'script.runHelp': { path: '/train.R', language: 'en', fingerprint: '0'.repeat(64) },
  'script.copyKit': { kit: 'xgboost', folder: null },
  'script.copyLauncher': { path: '/train.py' },
  'import.describe': { file: { name: 'runs.csv', base64: 'YQ==' }, language: 'en' },
  'import.run': {
    file: { name: 'runs.csv', base64: 'YQ==' },
    only: null,
    name: 'past',
    goals: [{ metric: 'loss', direction: 'minimize' }],
  },
  'study.testRows': { studyId: 1, limit: 100 },
  'study.testRowsFile': { studyId: 1 },
  'study.errors': { studyId: 1, number: null, limit: 20 },
  'model.cancel': { studyId: 1 },
  'model.build': { studyId: 1, model: { of: 'greedy', refit: true } },
  'model.predict': { studyId: 1, input: 'new.csv', model: { of: 3, refit: false } },
  'model.card': { studyId: 1, language: 'en', model: { of: 'best', refit: false } },
  'model.download': {
    studyId: 1,
    language: 'en',
    model: { of: 'best', refit: false },
    form: 'onnx',
  },
  'model.export': {
    studyId: 1,
    folder: 'model',
    language: 'en',
    model: { of: 'best', refit: false },
  },
  'trial.get': { studyId: 1, number: 0 },
  'study.files': { studyId: 1 },
  'study.thumbnails': { studyId: 1, files: [{ number: 0, kind: 'file/2/a.png' }] },
  'trial.file': { studyId: 1, number: 0, kind: 'file//a.png' },
  'trial.filePreview': { studyId: 1, number: 0, kind: 'file//a.csv' },
  'trial.network': { studyId: 1, number: 0 },
  'trial.resources': { studyId: 1, number: 0 },
  'trial.logs': { studyId: 1, number: 0 },
  'trial.logPart': { studyId: 1, number: 0, from: { attempt: 1, training: 1, to: 9 } },
  'trial.confusion': { studyId: 1, number: 0 },
  'trial.cancel': { studyId: 1, number: 0 },
  'trial.retry': { studyId: 1, number: 0 },
  'trial.exclude': { studyId: 1, numbers: [0, 3], excluded: true },
  'trial.note': { studyId: 1, number: 0, text: 'odd' },
  'trial.enqueue': { studyId: 1, parameters: { units: 64 }, from: 3 },
  'trial.extend': { studyId: 1, numbers: [0], epochs: 5 },
  'trial.fork': { studyId: 1, number: 0, changes: {}, mode: 'fork' },
  'trial.suspend': { studyId: 1, number: 0 },
  'trial.unsuspend': { studyId: 1, number: 0 },
  'study.checkpoints': { studyId: 1 },
  'trial.withdraw': { studyId: 1, queued: 2 },
}

const methods = Object.entries(valid)

describe('callApi', () => {
  it.each(methods)('%s takes its request', async (method, request) => {
    expect(await callApi(echo, method, request)).toEqual({ ok: true, value: request })
  })

  it.each(methods)('%s refuses what is no such request', async (method, request) => {
    const wrong: unknown[] = [null, 'text', [], 7, { ...request, unheardOf: 1 }]
    for (const [key, value] of Object.entries(request)) {
      const { [key as never]: _, ...missing } = request
      wrong.push(missing, { ...request, [key]: { deep: true, was: value as unknown } })
      if (typeof value === 'number')
        wrong.push({ ...request, [key]: -1 }, { ...request, [key]: 0.5 })
    }
    for (const payload of wrong) {
      if (method === 'objective.describe' && isObject(payload) && isObject(payload['objective'])) {
        if (!('unheardOf' in payload)) continue
      }
      const answer = await callApi(echo, method, payload)
      expect(answer, JSON.stringify(payload)).toMatchObject({
        ok: false,
        error: { code: 'request.invalid', detail: { method } },
      })
    }
  })

  it.each(['', 'study', 'constructor', '__proto__', 'toString', 'study.list.x'])(
    'refuses the method %j',
    async method => {
      expect(await callApi(echo, method, {})).toMatchObject({
        ok: false,
        error: { code: 'request.invalid' },
      })
    },
  )

  it('hands on errors without their stack; bugs are told to the host', async () => {
    const onBug = vi.fn()
    const failing: Api = {
      ...echo,
      'study.get': async () => {
        throw new AppError('study.notFound', { study: '7' })
      },
      'study.list': async () => {
        throw new TypeError('oops')
      },
    }
    const refused = await callApi(failing, 'study.get', { studyId: 7 }, onBug)
    expect(refused).toMatchObject({ ok: false, error: { code: 'study.notFound' } })
    expect(onBug).not.toHaveBeenCalled()
    const bug = await callApi(failing, 'study.list', {}, onBug)
    expect(bug).toMatchObject({
      ok: false,
      error: { code: 'internal', detail: { reason: verbatim('oops') } },
    })
    expect(onBug).toHaveBeenCalledOnce()
    for (const answer of [refused, bug]) expect(answer).not.toHaveProperty('error.stack')
  })
})

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
