import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { verbatim } from '../../../src-main/core/errors/message.ts'
import type { AppEvent } from '../../../src-main/features/api/common/app-event.ts'
import type { Envelope } from '../../../src-main/core/processes/call.ts'
import { decodeWire, encodeWire } from '../../../src-main/core/processes/wire.ts'
import { AppError } from '../../../src-main/core/errors/errors.ts'
import { BackEndClient } from '../../../src-main/hosts/desktop/back-end-client.ts'

const entry = new URL('../../../src-main/entry-points/back-end.ts', import.meta.url)
const study = `name: small
objective: { function: branin }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
sampler: { name: random }
stop: { trials: 5 }
`

const gone = { child: 'printing', exitCode: null, signal: null } as const
let folder: string
let clients: BackEndClient[]

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tunewright-back-end-'))
  clients = []
})

afterEach(async () => {
  await Promise.all(clients.map(client => client.close()))
  rmSync(folder, { recursive: true, force: true })
})

function start(name: string, entryUrl: URL = entry) {
  const events: AppEvent[] = []
  const connections: boolean[] = []
  const failures: AppError[] = []
  const log: string[] = []
  const client = new BackEndClient({
    window: null,
    entry: entryUrl,
    binary: process.execPath,
    databasePath: path.join(folder, name),
    environment: {},
    restartAfterMs: 10,
    onConnection: open => connections.push(open),
    onEvent: event => events.push(event),
    onFailed: error => failures.push(error),
    log: text => log.push(text),
    printPdf: async html => {
      if (!html.includes('zh-CN'))
        throw new AppError('child.gone', { ...gone, reason: verbatim('no paper') })
      return Buffer.from(`printed ${html.length > 1_000}`)
    },
  })
  clients.push(client)
  const call = async (method: string, payload: unknown) =>
    decodeWire(await client.call(encodeWire({ method, payload }))) as Envelope<unknown>
  return { client, call, events, connections, failures, log }
}

describe('the back end of the desktop application', () => {
  it('answers, runs a study and tells of it', async () => {
    const { client, call, events, connections } = start('a.sqlite')
    // Asked before it is ready: waited for.
    expect(await call('app.describe', {})).toMatchObject({ ok: true, value: { host: 'electron' } })
    expect(client.databasePath).toBe(path.join(folder, 'a.sqlite'))
    const created = await call('study.create', { text: study, format: 'yaml', start: true })
    expect(created).toEqual({ ok: true, value: { studyId: 1 } })
    await vi.waitUntil(
      () =>
        events.some(
          event =>
            event.type === 'study' &&
            event.study.state === 'finished' &&
            !event.study.runsInThisProcess,
        ),
      { timeout: 30_000 },
    )
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1))
    expect(connections).toEqual([true])
    expect(await call('study.nothing', {})).toMatchObject({
      ok: false,
      error: { code: 'request.invalid' },
    })
    expect(decodeWire(await client.call('no call'))).toMatchObject({ ok: false })
  })

  it('prints by the host, verifies, simulates and exports', { timeout: 120_000 }, async () => {
    const { call, events } = start('e.sqlite')
    const value = async (method: string, payload: unknown): Promise<unknown> => {
      const envelope = await call(method, payload)
      return envelope.ok ? envelope.value : envelope.error
    }
    const text = study.replace('trials: 5', 'trials: 24')
    await call('study.create', { text, format: 'yaml', start: true })
    await vi.waitUntil(
      () =>
        events.some(
          event =>
            event.type === 'study' &&
            event.study.state === 'finished' &&
            !event.study.runsInThisProcess,
        ),
      { timeout: 60_000 },
    )
    const request = { studyId: 1, format: 'pdf', language: 'zh-CN', sections: ['verdict'] }
    expect(await value('study.report', request)).toEqual({
      fileName: 'small.pdf',
      mediaType: 'application/pdf',
      content: Buffer.from('printed true').toString('base64'),
      encoding: 'base64',
    })
    expect(await value('study.report', { ...request, language: 'en' })).toMatchObject({
      code: 'child.gone',
      detail: { reason: verbatim('no paper') },
    })
    expect(
      await value('study.export', { studyId: 1, language: 'en', format: 'hyperopt' }),
    ).toMatchObject({
      fileName: 'small.hyperopt.json',
      encoding: 'text',
    })

    await value('study.verify', { studyId: 1, retrain: 'best', tolerance: 1e-4 })
    await vi.waitUntil(
      async () => {
        const state = (await value('study.verification', { studyId: 1 })) as { state: string }
        return state.state !== 'running'
      },
      { timeout: 60_000, interval: 100 },
    )
    const verified = await value('study.verification', { studyId: 1 })
    expect(verified).toMatchObject({ state: 'done', result: { holds: true } })
    const { result } = verified as { result: { proposals: { outcome: string }[] } }
    expect(result.proposals.map(({ outcome }) => outcome)).toEqual(Array(24).fill('identical'))
    await value('study.stopVerifying', { studyId: 1 })
    expect(await value('study.verification', { studyId: 1 })).toEqual({ state: 'none' })

    const whatIf = { studyId: 1, sampler: { name: 'tpe' }, pruner: null, budget: 12, runs: 2 }
    expect(await value('study.whatIf', whatIf)).toMatchObject({
      sampler: { ok: true, runs: 2, samplers: [{ sampler: 'random' }, { sampler: 'tpe' }] },
    })
    expect(await value('study.whatIf', { ...whatIf, sampler: { name: 'none' } })).toMatchObject({
      code: 'specification.invalid',
    })

    const base64 = Buffer.from('x,y\n1,2\n2,3\n').toString('base64')
    const file = { name: '../past.csv', base64 }
    expect(await value('import.describe', { file, language: 'en' })).toMatchObject({
      kind: 'runs',
      runs: 2,
    })
    const broken = { name: 'broken.csv', base64: Buffer.from('x,y\n"1,2\n').toString('base64') }
    expect(await value('import.describe', { file: broken, language: 'en' })).toMatchObject({
      code: 'data.invalid',
      detail: { path: 'broken.csv' },
    })
    const goals = [{ metric: 'y', direction: 'minimize' }]
    expect(await value('import.run', { file, only: null, name: 'past', goals })).toMatchObject([
      { studyId: 2, name: 'past', trials: 2 },
    ])
  })

  it('is started again after a crash, with everything that was acknowledged', async () => {
    const { client, call, connections, log } = start('b.sqlite')
    await call('study.create', { text: study, format: 'yaml', start: false })
    const check = call('engine.check', { engine: 'cpu' })
    const { pid } = client
    if (pid === undefined) throw new Error('the back end does not run')
    process.kill(pid, 'SIGKILL')
    // Whoever waited hears at once that there is no answer.
    expect(await check).toMatchObject({ ok: false, error: { code: 'child.gone' } })
    await vi.waitUntil(() => connections.length === 3, { timeout: 20_000 })
    expect(connections).toEqual([true, false, true])
    expect(log[0]).toContain('SIGKILL')
    const list = (await call('study.list', {})) as { value: { name: string }[] }
    expect(list.value.map(({ name }) => name)).toEqual(['small'])
  })

  it('gives up on one that only crashes', async () => {
    const broken = path.join(folder, 'broken.mjs')
    writeFileSync(broken, `process.stderr.write('no luck'); process.exit(3)`)
    const { call, connections, failures } = start('c.sqlite', pathToFileURL(broken))
    expect(await call('study.list', {})).toMatchObject({ ok: false, error: { code: 'child.gone' } })
    await vi.waitUntil(() => failures.length > 0, { timeout: 30_000 })
    expect(connections).toEqual(Array.from({ length: 6 }, () => false))
    expect(failures.map(({ code }) => code)).toEqual(['child.gone'])
    expect(failures[0]?.message).toContain('no luck')
  })

  it('says why a database cannot be opened, and does not try again', async () => {
    writeFileSync(path.join(folder, 'd.sqlite'), 'no database, and long enough to be read as one')
    const { connections, failures } = start('d.sqlite')
    await vi.waitUntil(() => failures.length > 0, { timeout: 20_000 })
    expect(failures.map(({ code }) => code)).toEqual(['database.corrupt'])
    expect(connections).toEqual([])
    expect(readFileSync(path.join(folder, 'd.sqlite'), 'utf8')).toContain('no database')
  })

  it('lets nobody else write while it lives, and leaves a clean file', async () => {
    const first = start('e.sqlite')
    await first.call('study.list', {})
    const second = start('e.sqlite')
    const writer = { process: first.client.pid, program: 'Tunewright' }
    expect(await second.call('app.writer', {})).toMatchObject({ ok: true, value: writer })
    const request = { text: study, format: 'yaml', start: false }
    expect(await second.call('study.create', request)).toMatchObject({
      error: { code: 'database.locked' },
    })
    await first.client.close()
    expect(await first.call('study.list', {})).toMatchObject({ error: { code: 'child.gone' } })
    // Whoever looked on takes over.
    await vi.waitUntil(
      async () => ((await second.call('app.writer', {})) as { value: unknown }).value === null,
      { timeout: 20_000, interval: 50 },
    )
    expect(await second.call('study.create', request)).toMatchObject({ ok: true })
  })
})
