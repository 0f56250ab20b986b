import { createConnection, type Socket } from 'node:net'
import { once } from 'node:events'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type BackEnd, createBackEnd } from '../../../src-main/hosts/back-end/create-back-end.ts'
import type { AppEvent } from '../../../src-main/features/api/common/app-event.ts'
import { openStoreForWriting } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace, type Workspace } from '../../../src-main/platform/storage/workspace.ts'
import { readEndpoint } from '../../../src-main/features/ask-and-tell/node/suggest-endpoint.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { startSuggest, type SuggestClient, toldStudy } from '../../helpers/suggest-client.ts'

/** Programs that ask and tell while the application has the database. */
const scratch = useScratchFolders()
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const resource of open.splice(0)) await resource.close()
})

async function application(): Promise<{
  readonly backEnd: BackEnd
  readonly workspace: Workspace
  readonly heard: AppEvent[]
  readonly program: () => SuggestClient
}> {
  const folder = scratch()
  const database = path.join(folder, 'kept.sqlite')
  const workspace = locateWorkspace(database)
  const store = openStoreForWriting(database)
  const backEnd = createBackEnd({ store, workspace, kind: 'web', now: Date.now })
  const heard: AppEvent[] = []
  backEnd.hub.subscribe(event => heard.push(event))
  const close = async () => {
    await backEnd.close()
    store.close()
  }
  open.push({ close })
  await vi.waitUntil(() => existsSync(workspace.suggestFile))
  return { backEnd, workspace, heard, program: () => startSuggest(['--db', database], folder) }
}

describe('a program beside the application', { timeout: 120_000 }, () => {
  it('leaves files, which are seen as they are taken over', async () => {
    const { backEnd, program, workspace } = await application()
    const client = program()
    client.send(toldStudy)
    await client.call({ ask: 1 })
    const { folder } = (await client.call({ files: { trial: 0 } })) as { readonly folder: string }
    expect(folder.startsWith(workspace.artifactDirectory(1))).toBe(true)
    writeFileSync(path.join(folder, 'notes.csv'), 'a,b\n1,2\n')
    // Copies that were under way when their writer was killed.
    for (const name of ['notes.csv.new', 'notes.csv.77-0a1b2c3d.part'])
      writeFileSync(path.join(folder, name), 'a,')
    expect(await client.call({ say: { trial: 0, note: 'a table' } })).toEqual({ said: 0 })
    await client.call({ tell: { trial: 0, values: [1] } })
    await vi.waitUntil(
      async () => (await backEnd.api['study.files']({ studyId: 1 })).files.length > 0,
      { timeout: 20_000 },
    )
    const { files } = await backEnd.api['study.files']({ studyId: 1 })
    expect(files).toMatchObject([{ name: 'notes.csv', step: null, media: { type: 'table' } }])
    expect(existsSync(folder)).toBe(false)
    await client.end()
  })

  it('asks and tells, is seen while it does, and leaves its study paused', async () => {
    const { backEnd, heard, program } = await application()
    const client = program()
    client.send(toldStudy)
    const { trial, parameters } = await client.call({ ask: 1 })
    expect(trial).toBe(0)
    expect(await client.call({ report: { trial, step: 1, metrics: { loss: 3 } } })).toMatchObject({
      prune: false,
    })
    expect(await client.call({ tell: { trial, values: ['NaN'] } })).toEqual({ told: 0 })
    expect(await client.call({ tell: { trial, values: [1] } })).toMatchObject({
      error: { code: 'trial.finished', rule: { text: expect.any(String) as string } },
    })
    await client.call({ ask: 1 })
    await vi.waitUntil(() =>
      heard.some(event => event.type === 'progress' && event.metrics.length > 0),
    )
    const study = await backEnd.api['study.get']({ studyId: 1 })
    expect(study).toMatchObject({ name: 'told', state: 'running', runsInThisProcess: true })
    expect(study.trials).toMatchObject({ complete: 1, running: 1 })
    await expect(backEnd.api['study.start']({ studyId: 1 })).rejects.toThrow()

    // A person queues a point: it is the next one.
    await backEnd.api['trial.enqueue']({ studyId: 1, parameters: { x: 0.125 }, from: null })
    expect(await client.call({ ask: 1 })).toMatchObject({ parameters: { x: 0.125 } })

    // The same study is one program's, another study anybody's.
    const other = program()
    other.send({ ...toldStudy })
    other.send({ ...toldStudy, name: 'second' })
    expect(await other.next()).toMatchObject({ error: { code: 'study.running', line: 1 } })
    expect(await other.call({ ask: 1 })).toMatchObject({ trial: 0, parameters })
    expect(await other.end()).toBe(0)
    expect((await backEnd.api['study.get']({ studyId: 2 })).state).toBe('paused')

    expect(await client.end()).toBe(0)
    expect(await backEnd.api['study.get']({ studyId: 1 })).toMatchObject({
      state: 'paused',
      runsInThisProcess: false,
    })
  })

  it('may name parameters as it goes, and be killed', async () => {
    const { backEnd, heard, program } = await application()
    const client = program()
    client.send({ ...toldStudy, space: {} })
    const { trial } = await client.call({ ask: 1 })
    const parameter = { float: [1, 2] }
    expect(await client.call({ suggest: { trial, name: 'y', parameter } })).toMatchObject({
      name: 'y',
    })
    await vi.waitUntil(() => heard.some(event => event.type === 'intervention'))
    await client.kill()
    await vi.waitUntil(
      async () => !(await backEnd.api['study.get']({ studyId: 1 })).runsInThisProcess,
    )
    const again = program()
    again.send({ ...toldStudy, space: {} })
    expect(await again.call({ ask: 1 })).toMatchObject({ trial: 0 })
    await again.end()
  })

  it('hears that the application has ended', async () => {
    const { program } = await application()
    const client = program()
    client.send(toldStudy)
    await client.call({ ask: 1 })
    for (const resource of open.splice(0)) await resource.close()
    client.send({ tell: { trial: 0, values: [1] } })
    expect((await client.exit)[0]).not.toBe(0)
    const alone = program()
    alone.send(toldStudy)
    expect(await alone.call({ ask: 1 })).toMatchObject({ trial: 0 })
    expect(await alone.end()).toBe(0)
  })

  it('needs the key of a file that is private', async () => {
    const { backEnd, workspace } = await application()
    const address = readEndpoint(workspace.suggestFile)
    if (process.platform !== 'win32') {
      expect(statSync(workspace.suggestFile).mode & 0o777).toBe(0o600)
    }
    for (const firstLine of ['"wrong"\n', '{"open":{}}\n', `"${'x'.repeat(43)}"\n`]) {
      const socket = createConnection({ host: '127.0.0.1', port: address?.port ?? 0 })
      socket.write(`${firstLine}${JSON.stringify([JSON.stringify(toldStudy)])}\n`)
      socket.on('error', () => undefined)
      await once(socket, 'close')
    }
    expect(await backEnd.api['study.list']({})).toEqual([])
  })

  it('finds its place, however many strangers say nothing', async () => {
    const { backEnd, workspace, program } = await application()
    const { port = 0 } = readEndpoint(workspace.suggestFile) ?? {}
    const strangers: Socket[] = []
    for (let stranger = 0; stranger < 250; stranger++) {
      const socket = createConnection({ host: '127.0.0.1', port })
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      // Some break off, the others stay.
      if (stranger % 2 === 0) socket.resetAndDestroy()
      else strangers.push(socket)
    }
    const client = program()
    client.send(toldStudy)
    expect(await client.call({ ask: 1 })).toMatchObject({ trial: 0 })
    expect(await client.end()).toBe(0)
    expect(await backEnd.api['study.get']({ studyId: 1 })).toMatchObject({ state: 'paused' })
    for (const socket of strangers) socket.destroy()
  })

  it('is gone with a connection that breaks', async () => {
    const { backEnd, workspace } = await application()
    const address = readEndpoint(workspace.suggestFile)
    const socket = createConnection({ host: '127.0.0.1', port: address?.port ?? 0 })
    socket.on('error', () => undefined)
    const lines = [toldStudy, { ask: 1 }].map(line => JSON.stringify(line))
    socket.write(`${JSON.stringify(address?.key)}\n${JSON.stringify(lines)}\n`)
    await once(socket, 'data')
    socket.resetAndDestroy()
    await vi.waitUntil(
      async () => !(await backEnd.api['study.get']({ studyId: 1 })).runsInThisProcess,
    )
  })
})
