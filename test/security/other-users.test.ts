import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import process from 'node:process'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { msg } from '../../src-main/core/errors/message.ts'
import { SuggestRelay } from '../../src-main/features/ask-and-tell/cli/suggest-relay.ts'
import { writeEndpoint } from '../../src-main/features/ask-and-tell/node/suggest-endpoint.ts'
import { AccessTokens } from '../../src-main/features/access/node/access-tokens.ts'
import { MAX_STRANGERS } from '../../src-main/hosts/web/connections.ts'
import { openStoreForWriting } from '../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../src-main/platform/storage/workspace.ts'
import { followRequests } from '../../src-main/running/trial-requests.ts'
import { catchAppError } from '../helpers/catch-error.ts'
import { startTunewright } from '../helpers/run-tunewright.ts'
import { useScratchFolders } from '../helpers/scratch-folder.ts'
import { servePrograms } from '../helpers/serve-programs.ts'
import { isSkipped } from '../helpers/skipped-on-windows.ts'
import { askWebHost, signInTo } from '../helpers/web-client.ts'

/** What another user of the machine may try who has no rights of the person's: files, ports and connections. */

const scratch = useScratchFolders()
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A user who has made nothing else here. */
const SOMEBODY = 65_534
const isRoot = process.getuid?.() === 0
const samples = path.resolve(import.meta.dirname, '../../resources/samples')

/** Everything below a folder with its mode; what others may do with it where a folder above does not keep them out. */
function openToOthers(folder: string): string[] {
  return readdirSync(folder).flatMap(name => {
    const entry = path.join(folder, name)
    const stats = statSync(entry)
    if ((stats.mode & 0o077) !== 0) return [`${entry} ${(stats.mode & 0o777).toString(8)}`]
    return stats.isDirectory() ? openToOthers(entry) : []
  })
}

describe.skipIf(isSkipped('modes'))('what a study leaves', () => {
  it('is closed to others, whatever the mask; what a person names is as its folder, and programs keep the mask', async () => {
    const folder = scratch()
    const project = path.join(folder, 'project')
    mkdirSync(project)
    chmodSync(project, 0o755)
    copyFileSync(path.join(samples, 'penguins.csv'), path.join(project, 'penguins.csv'))
    const program = `require('node:fs').writeFileSync('left.txt', 'x'); console.log(JSON.stringify({ loss: 1 }))`
    const common = { stop: { trials: 1 }, sampler: { name: 'random' } }
    writeFileSync(
      path.join(project, 'table.json'),
      JSON.stringify({
        ...common,
        name: 'table',
        objective: { task: 'tabular', data: { file: 'penguins.csv', target: 'species' } },
        goals: [{ metric: 'validationLoss', direction: 'minimize' }],
        space: { family: { fixed: 'boosting' }, rounds: { fixed: 5 } },
      }),
    )
    writeFileSync(
      path.join(project, 'program.json'),
      JSON.stringify({
        ...common,
        name: 'program',
        objective: { command: [process.execPath, '-e', program] },
        goals: [{ metric: 'loss', direction: 'minimize' }],
        space: { x: { float: [0, 1] } },
      }),
    )
    const variables = {
      XDG_CACHE_HOME: path.join(folder, 'cache'),
      XDG_DATA_HOME: path.join(folder, 'data'),
      TUNEWRIGHT_TRUST: path.join(folder, 'data', 'trusted.json'),
    }
    const run = async (...words: string[]) => {
      const before = process.umask(0o002)
      const { result } = startTunewright(['--db', 'p.sqlite', ...words], project, variables)
      process.umask(before)
      const { exitCode, stdout, stderr } = await result
      expect([exitCode, exitCode === 0 ? '' : stdout + stderr]).toEqual([0, ''])
    }
    await run('trust', 'program.json', '--yes')
    await run('run', 'table.json')
    await run('run', 'program.json')
    await run('export', 'table', 'table.csv')
    await run('bundle', 'table', '-o', 'table.tunewright')
    const byPerson = ['penguins.csv', 'table.json', 'program.json', 'table.csv', 'table.tunewright']
    const seen = openToOthers(project).filter(
      entry => !byPerson.some(name => entry.startsWith(`${path.join(project, name)} `)),
    )
    expect(seen.filter(entry => !entry.includes(`${path.sep}left.txt `))).toEqual([])
    expect(openToOthers(variables.XDG_CACHE_HOME)).toEqual([])
    expect(openToOthers(variables.XDG_DATA_HOME)).toEqual([])
    for (const name of ['table.csv', 'table.tunewright'])
      expect((statSync(path.join(project, name)).mode & 0o777).toString(8)).toBe('644')
    const left = readdirSync(project, { recursive: true, encoding: 'utf8' }).filter(
      name => path.basename(name) === 'left.txt',
    )
    expect(left.map(name => (statSync(path.join(project, name)).mode & 0o777).toString(8))).toEqual(
      ['664'],
    )
  }, 120_000)
})

describe.skipIf(!isRoot)('what another user has made', () => {
  it.each(['', '-artifacts', '-checkpoints', '-requests'])(
    'is not believed as NAME%s, and nothing is changed',
    async ending => {
      const folder = scratch()
      const entry = path.join(folder, ending === '' ? 't.sqlite' : `t${ending}`)
      if (ending === '') writeFileSync(entry, '')
      else mkdirSync(entry)
      chownSync(entry, SOMEBODY, SOMEBODY)
      const error = await catchAppError(() => openStoreForWriting(path.join(folder, 't.sqlite')))
      const reason = msg('rule.ownFile', { owner: SOMEBODY, user: 0 })
      expect(error).toMatchObject({ code: 'file.unreadable', detail: { path: entry, reason } })
      expect(readdirSync(folder)).toEqual([path.basename(entry)])
    },
  )

  it('lets nobody in as a file of tokens', () => {
    const file = path.join(scratch(), 't-tokens.json')
    const tokens = new AccessTokens(file)
    const { secret } = tokens.create({ name: 'a', scopes: ['read'], atMs: 1 })
    expect(tokens.find(secret)).not.toBeNull()
    chownSync(file, SOMEBODY, SOMEBODY)
    expect(() => tokens.find(secret)).toThrow('file.unreadable')
  })

  it('asks a running study for nothing', async () => {
    const workspace = locateWorkspace(path.join(scratch(), 't.sqlite'))
    const { requestDirectory } = workspace
    mkdirSync(requestDirectory)
    const followed: unknown[] = []
    const requests = followRequests(workspace, 1, request => followed.push(request))
    closing.push(() => {
      requests.close()
    })
    const forged = path.join(requestDirectory, '1-4-suspend')
    writeFileSync(forged, '')
    chownSync(forged, SOMEBODY, SOMEBODY)
    await vi.waitUntil(() => !existsSync(forged))
    writeFileSync(path.join(requestDirectory, '1-5-suspend'), '')
    await vi.waitUntil(() => followed.length > 0)
    expect(followed).toEqual([{ studyId: 1, trialNumber: 5, what: 'suspend' }])
  })

  it('is told no key, where the port of a process that was killed is theirs', async () => {
    const workspace = locateWorkspace(path.join(scratch(), 't.sqlite'))
    const program = `
      const server = require('node:net').createServer(socket => socket.on('data', data => console.log('heard ' + data)))
      server.listen(0, '127.0.0.1', () => console.log(server.address().port))`
    const stranger = spawn(process.execPath, ['-e', program], { uid: SOMEBODY, cwd: '/' })
    closing.push(() => stranger.kill('SIGKILL'))
    let heard = ''
    stranger.stdout.setEncoding('utf8').on('data', (text: string) => (heard += text))
    await once(stranger.stdout, 'data')
    const address = { process: stranger.pid ?? 0, port: Number(heard), key: 'k'.repeat(40) }
    writeEndpoint(workspace.suggestFile, address)
    expect(await SuggestRelay.connect(workspace)).toBeNull()
    expect(heard).not.toContain('heard')
  })
})

describe.skipIf(isSkipped('modes'))('what others may write', () => {
  it('is refused once, and closed to them', async () => {
    const file = path.join(scratch(), 't-tokens.json')
    const tokens = new AccessTokens(file)
    tokens.create({ name: 'a', scopes: ['read'], atMs: 1 })
    chmodSync(file, 0o666)
    const error = await catchAppError(() => tokens.list())
    const reason = msg('rule.wasShared')
    expect(error).toMatchObject({ code: 'file.unreadable', detail: { path: file, reason } })
    expect(tokens.list()).toHaveLength(1)
    expect(statSync(file).mode & 0o077).toBe(0)
  })
})

describe('connections of others', () => {
  it('keep no page out with requests that they do not finish', async () => {
    const served = await servePrograms(scratch())
    const { port } = served.web
    const session = await signInTo(served.web)
    const sockets: Socket[] = []
    let closed = 0
    for (let count = 0; count < 3 * MAX_STRANGERS; count++) {
      const socket = connect(port, '127.0.0.1')
      sockets.push(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => closed++)
      socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX: `)
    }
    await vi.waitUntil(() => closed >= 2 * MAX_STRANGERS, { timeout: 30_000 })
    for (let count = 0; count < 20; count++) {
      const { status } = await askWebHost(port, '/api/call', {
        method: 'POST',
        headers: session,
        body: '{"method":"study.list","payload":{}}',
      })
      expect(status).toBe(200)
    }
    for (const socket of sockets) socket.destroy()
    await served.close()
  }, 60_000)
})
