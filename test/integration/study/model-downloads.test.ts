import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Download } from '../../../src-main/features/api/common/download.ts'
import type { PredictedRows } from '../../../src-main/features/models/common/methods.ts'
import { openArchive } from '../../../src-main/platform/files/archive.ts'
import { type ServedPrograms, servePrograms } from '../../helpers/serve-programs.ts'
import { askWebHost, signInTo, type WebAnswer, type WebSession } from '../../helpers/web-client.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-downloads-'))
const rows = Array.from(
  { length: 120 },
  (_, n) =>
    `${n % 2 ? 5 + (n % 7) : -5 - (n % 5)},${['red', 'blue'][n % 2]},${n % 2 ? 'up' : 'down'}`,
)
const study = {
  name: 'ways',
  objective: { task: 'tabular', data: { file: 'table.csv', target: 'way' } },
  goals: [{ metric: 'validationAccuracy', direction: 'maximize' }],
  space: { family: { fixed: 'network' }, units: { fixed: 4 }, epochs: { fixed: 3 } },
  sampler: { name: 'random' },
  stop: { trials: 1 },
  engine: 'cpu',
}
const model = { of: 'best', refit: false } as const
const studyId = 1

let served: ServedPrograms
let session: WebSession
beforeAll(async () => {
  writeFileSync(path.join(folder, 'table.csv'), `x,color,way\n${rows.join('\n')}\n`)
  served = await servePrograms(folder)
  session = await signInTo(served.web)
  const { api, hub } = served.backEnd
  const ended = new Promise<void>(resolve => {
    hub.subscribe(event => {
      if (event.type === 'study' && event.study.state === 'finished') {
        if (!event.study.runsInThisProcess) resolve()
      }
    })
  })
  await api['study.create']({ text: JSON.stringify(study), format: 'json', start: true })
  await ended
})
afterAll(async () => {
  await served.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
})

async function ask(target: string, headers: Readonly<Record<string, string>>): Promise<WebAnswer> {
  return askWebHost(served.web.port, target, { headers })
}

async function send(upload: string, name: string, body: string): Promise<WebAnswer> {
  return askWebHost(served.web.port, `/api/upload?path=${upload}/${name}&for=call`, {
    method: 'POST',
    headers: { ...session, Origin: `http://127.0.0.1:${served.web.port}` },
    body,
  })
}

function foldersFor(purpose: string): string[] {
  return readdirSync(tmpdir()).filter(name =>
    name.startsWith(`tunewright-${purpose}-${process.pid}-`),
  )
}

async function offered(form: 'zip' | 'onnx' | 'library'): Promise<Download> {
  return served.backEnd.api['model.download']({ studyId, language: 'en', model, form })
}

describe('a model leaves through the browser', () => {
  it('as an archive, once, and nothing of it stays', async () => {
    const { id, ...download } = await offered('zip')
    expect(download).toMatchObject({ fileName: 'ways.model.zip', mediaType: 'application/zip' })
    const [waiting = ''] = foldersFor('download')
    expect(statSync(path.join(tmpdir(), waiting)).mode & 0o777).toBe(0o700)
    const names = await namesIn(path.join(tmpdir(), waiting, 'content'))
    expect(names).toEqual(['README.md', 'model.json', 'model.onnx', 'weights.safetensors'])
    const { Cookie } = session
    const answer = await ask(`/api/download/${id}`, { Cookie })
    expect(answer.status).toBe(200)
    expect(answer.headers['content-disposition']).toContain('attachment')
    expect(Number(answer.headers['content-length'])).toBe(download.bytes)
    await expect.poll(() => foldersFor('download')).toEqual([])
    expect((await ask(`/api/download/${id}`, { Cookie })).status).toBe(404)
  })

  it('not for strangers, other pages, guesses or other methods', async () => {
    const { id } = await offered('library')
    const { Cookie } = session
    expect((await ask(`/api/download/${id}`, {})).status).toBe(401)
    const foreign = { Cookie, Origin: 'http://evil.example' }
    expect((await ask(`/api/download/${id}`, foreign)).status).toBe(403)
    for (const guess of ['', 'x', '../etc/passwd', `${id}x`]) {
      expect((await ask(`/api/download/${guess}`, { Cookie })).status, guess).not.toBe(200)
    }
    const posted = await askWebHost(served.web.port, `/api/download/${id}`, {
      method: 'POST',
      headers: { Cookie },
    })
    expect(posted.status).toBe(405)
    // Another page of the browser still gets it.
    expect((await ask(`/api/download/${id}`, { Cookie })).status).toBe(200)
  })

  it('as ONNX and weights, with a card that can be read before', async () => {
    const card = await served.backEnd.api['model.card']({ studyId, language: 'en', model })
    expect(card.markdown).toContain('Model of the study “ways”')
    expect(card).toMatchObject({ onnxRefusal: null, library: ['weights.safetensors'] })
    for (const [form, fileName] of [
      ['onnx', 'ways.onnx'],
      ['library', 'ways.weights.safetensors'],
    ] as const) {
      const { id, ...download } = await offered(form)
      expect(download.fileName).toBe(fileName)
      const part = await served.backEnd.api['file.read']({ id, offset: 0 })
      expect(Buffer.from(part.content, 'base64')).toHaveLength(download.bytes)
      expect(part.isLast).toBe(true)
    }
    expect(foldersFor('download')).toEqual([])
    expect(foldersFor('model')).toEqual([])
  })

  it('for a program with the right to build models', async () => {
    const token = served.token('read', 'start')
    const request = { studyId, language: 'en', model, form: 'zip' }
    const answer = await served.call('model.download', request, token)
    expect(answer.status).toBe(200)
    const { id } = JSON.parse(answer.body) as Download
    const target = `/api/v1/download/${id}`
    expect((await ask(target, {})).status).toBe(401)
    expect((await ask(target, { Authorization: `Bearer ${token}` })).status).toBe(200)
    const refused = await served.call('model.download', request, served.token('read', 'steer'))
    expect(refused.status).toBe(403)
    expect((await served.call('file.read', { id, offset: 0 }, token)).status).toBe(403)
  })
})

describe('files for one prediction', () => {
  const upload = '0a1b2c3d-0000-4000-8000-00000000000f'

  it('are removed afterwards, and their columns stand before the predictions', async () => {
    const table = 'note,x,color,prediction\n"a, b",6,blue,old\n=1+1,-6,red,\n'
    expect((await send(upload, 'new.csv', table)).status).toBe(200)
    const [waiting = ''] = foldersFor('upload')
    expect(statSync(path.join(tmpdir(), waiting)).mode & 0o777).toBe(0o700)
    const answer: PredictedRows = await served.backEnd.api['model.predict']({
      studyId,
      input: { upload },
      model,
    })
    expect(answer).toMatchObject({
      count: 2,
      model: { code: 'model.of.trial' },
      classNames: ['down', 'up'],
      otherColumns: ['note', 'prediction'],
      shown: [
        { name: '2', otherCells: ['a, b', 'old'], content: null },
        { name: '3', otherCells: ['=1+1', ''] },
      ],
    })
    expect(foldersFor('upload')).toEqual([])
    const { Cookie } = session
    // A person may save it again.
    for (let time = 0; time < 2; time++) {
      const { body, headers } = await ask(`/api/download/${answer.download.id}`, { Cookie })
      expect(headers['content-type']).toContain('text/csv')
      const lines = body.trim().split('\r\n')
      expect(lines[0]).toBe('note,x,color,prediction,prediction.2,probability.down,probability.up')
      expect(lines[1]).toMatch(/^"a, b",6,blue,old,(up|down),0\./)
      expect(lines[2]).toMatch(/^'=1\+1,-6,red,,(up|down),0\./)
    }
    const again = served.backEnd.api['model.predict']({ studyId, input: { upload }, model })
    await expect(again).rejects.toMatchObject({ code: 'file.notFound' })
  })

  it('are removed if they do not fit', async () => {
    await send(upload, 'other.csv', 'y\n1\n')
    const failed = served.backEnd.api['model.predict']({ studyId, input: { upload }, model })
    await expect(failed).rejects.toMatchObject({ code: 'data.invalid' })
    expect(foldersFor('upload')).toEqual([])
  })

  it('lead nowhere else', async () => {
    for (const id of ['..', 'uploads', `${upload}x`, upload.toUpperCase()]) {
      expect((await send(id, 'a.csv', 'x\n1\n')).status, id).not.toBe(200)
    }
    for (const name of ['../a.csv', '.hidden', 'a/../../b']) {
      expect((await send(upload, name, 'x\n1\n')).status, name).toBe(400)
    }
    const stranger = await askWebHost(
      served.web.port,
      `/api/upload?path=${upload}/a.csv&for=call`,
      { method: 'POST', headers: { Cookie: session.Cookie }, body: 'x' },
    )
    expect(stranger.status).toBe(401)
    expect(foldersFor('upload')).toEqual([])
  })
})

async function namesIn(file: string): Promise<string[]> {
  const archive = await openArchive(file, { maxEntries: 100, fileError: error => error })
  const names = archive.entries.map(({ name }) => name)
  archive.close()
  expect(readFileSync(file).subarray(0, 2).toString()).toBe('PK')
  return names
}
