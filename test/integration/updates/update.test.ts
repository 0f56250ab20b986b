import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { KeyObject } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import process from 'node:process'
import { expect, it, onTestFinished, vi } from 'vitest'
import {
  Updater,
  type UpdaterOptions,
  updateTarget,
} from '../../../src-main/hosts/desktop/updater.ts'
import { buildZip } from '../../../src-main/features/reports/node/zip.ts'
import type { UpdateTarget } from '../../../src-main/features/updates/node/stage-update.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { inDays, publicPem, signKeys } from '../../../scripts/update-signing.ts'
import type { SignedKeys } from '../../../src-main/features/updates/common/update.ts'
import { trustedKeys } from '../../../src-main/features/updates/node/update-keys.ts'
import {
  keysOf,
  makeKey,
  type OfferedUpdate,
  offerUpdate as offer,
  rootKey,
  signingKey,
  updateKey,
} from '../../helpers/offered-update.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const repository = path.resolve(import.meta.dirname, '../../..')

/** An application as one file: it says its version, and confirms its start or not. */
const application = (version: string, lines: string): string =>
  `#!/bin/sh\necho ${version} >> "$(dirname "$0")/started"\n${lines}\n`
const confirming = `touch "$(dirname "$0")/updates/confirmed"; sleep 0.5`

function installed(kind: UpdateTarget['kind'] = 'file') {
  const folder = scratch()
  const target = path.join(folder, 'App')
  if (kind === 'file') {
    writeFileSync(target, application('1.0.0', 'true'))
    chmodSync(target, 0o755)
  } else {
    mkdirSync(target)
    writeFileSync(path.join(target, 'old.txt'), 'old')
    writeFileSync(path.join(target, 'Uninstall Tunewright.exe'), 'MZ')
  }
  const quit = vi.fn()
  const options: UpdaterOptions = {
    folder: path.join(folder, 'updates'),
    version: '1.0.0',
    rootKey: updateKey,
    target: { path: target, kind },
    platform: kind === 'file' ? 'linux' : 'win32',
    processor: 'x64',
    nodeBinary: process.execPath,
    replacer: path.join(repository, 'src-main/features/updates/node/replace-application.ts'),
    start:
      kind === 'file'
        ? { command: target, parameters: [] }
        : { command: process.execPath, parameters: [path.join(target, 'app.mjs')] },
    quit,
    log: () => undefined,
    // One file hangs, and is not waited for long.
    limitMs: kind === 'folder' ? 60_000 : 4_000,
  }
  const updater = new Updater(options)
  const staged = async (): Promise<void> => {
    updater.stage()
    await vi.waitUntil(() => updater.state().phase !== 'fetching', { timeout: 20_000 })
  }
  const started = (): string[] =>
    existsSync(path.join(folder, 'started'))
      ? readFileSync(path.join(folder, 'started'), 'utf8').trim().split('\n')
      : []
  const content = (): string => readFileSync(target, 'utf8')
  return {
    folder,
    target,
    updater,
    staged,
    quit,
    started,
    content,
    again: () => new Updater(options),
  }
}

/** The process that is being replaced has ended: another one stands for it. */
async function replaced({ updater }: ReturnType<typeof installed>): Promise<unknown> {
  const running = vi.spyOn(process, 'pid', 'get').mockReturnValue(2 ** 22 + 1)
  onTestFinished(() => {
    running.mockRestore()
  })
  expect(updater.install()).not.toBeNull()
  running.mockRestore()
  return vi.waitUntil(() => updater.state().outcome, { timeout: 30_000 })
}

/** Keys that somebody else has signed. */
function forgedKeys(): SignedKeys {
  return signKeys({ version: 1, expires: inDays(30, Date.now()), signers: [signingKey] }, makeKey())
}

it('asks nothing before a source is named, and keeps it', async () => {
  const { updater, folder, staged, content } = installed()
  expect(updater.state()).toMatchObject({ source: '', phase: 'none', found: null, fixed: null })
  await updater.find('')
  await staged()
  expect(updater.install()).toBeNull()
  await updater.find(offer(path.join(folder, 'offer'), { content: 'new' }))
  expect(updater.state()).toMatchObject({ phase: 'found', found: { version: '2.0.0', bytes: 3 } })
  expect(content()).toContain('1.0.0')
})

it.each<[string, Partial<OfferedUpdate>]>([
  ['update.wrongSignature', { signer: makeKey() }],
  // Only the root key names keys.
  ['update.wrongSignature', { signer: rootKey }],
  ['update.wrongSignature', { keys: [forgedKeys()] }],
  ['update.expired', { days: -1 }],
  ['update.expired', { keyDays: -1 }],
  ['update.wrongSignature', { change: text => text.replace('2.0.0', '3.0.0') }],
  ['update.notNewer', { version: '1.0.0' }],
  ['update.notNewer', { version: '0.9.9' }],
  ['update.noFile', { system: 'win32' }],
])('refuses a manifest: %s %j', async (code, change) => {
  const { updater, folder, content, staged } = installed()
  const source = offer(path.join(folder, 'offer'), { content: 'new', ...change })
  const error = await catchAppError(() => updater.find(source))
  expect(error).toMatchObject({ code: 'update.refused', detail: { source, reason: { code } } })
  await staged()
  expect(updater.install()).toBeNull()
  expect(content()).toContain('1.0.0')
})

it('takes nothing older than what any source has offered, also after a restart', async () => {
  const { updater, folder, again } = installed()
  await updater.find(offer(path.join(folder, 'new'), { content: 'new', version: '3.0.0' }))
  const older = offer(path.join(folder, 'old'), { content: 'old', version: '2.0.0' })
  for (const each of [updater, again()]) {
    const error = await catchAppError(() => each.find(older))
    expect(error).toMatchObject({ detail: { reason: { code: 'update.rolledBack' } } })
  }
  await updater.find(offer(path.join(folder, 'same'), { content: 'new', version: '3.0.0' }))
  expect(updater.state()).toMatchObject({ found: { version: '3.0.0' } })
})

it('takes a new signing key from the root key, and the old one no more', async () => {
  const { updater, folder } = installed()
  const [first, second] = [makeKey(), makeKey()]
  const before = [keysOf(1, [first])]
  const after = [...before, keysOf(2, [second])]
  const offered = async (version: string, signer: typeof first, keys: typeof after) =>
    updater.find(offer(path.join(folder, version), { content: version, version, signer, keys }))
  await offered('2.0.0', first, before)
  await offered('2.1.0', second, after)
  expect(updater.state().found?.version).toBe('2.1.0')
  const reasonOf = async (signer: typeof first, keys: typeof after): Promise<unknown> => {
    const { detail } = await catchAppError(() => offered('2.2.0', signer, keys))
    return (detail as { reason: { code: string } }).reason.code
  }
  // The key that was taken away, under the new keys and under the old ones.
  expect(await reasonOf(first, after)).toBe('update.wrongSignature')
  expect(await reasonOf(first, before)).toBe('update.oldKeys')
  expect(await reasonOf(second, [...after].reverse())).toBe('update.wrongSignature')
  await offered('2.2.0', second, after)
  expect(updater.state().found?.version).toBe('2.2.0')
})

it('takes a new root key that the old one has signed, and that has signed itself', async () => {
  const { updater, folder } = installed()
  const [root, signer] = [makeKey(), makeKey()]
  const content = { expires: inDays(30, Date.now()), signers: [signer] }
  const change = signKeys({ version: 2, ...content }, rootKey, root)
  const later = signKeys({ version: 3, ...content }, root)
  const offered = async (version: string, keys: readonly SignedKeys[]) =>
    updater.find(offer(path.join(folder, version), { content: version, version, signer, keys }))
  const chain = [keysOf(1, [signingKey]), change, later]
  const halfSigned = { ...change, signatures: change.signatures.slice(0, 1) }
  for (const keys of [
    [later],
    [keysOf(1, [signingKey]), later],
    [halfSigned, later],
    [halfSigned],
  ]) {
    const error = await catchAppError(() => offered('2.0.0', keys))
    expect(error).toMatchObject({ detail: { reason: { code: 'update.wrongSignature' } } })
  }
  await offered('2.0.0', chain)
  expect(updater.state().found?.version).toBe('2.0.0')
  // A later version brings the new root key, and passes over what was before it.
  const rootsOf = (shipped: KeyObject) => {
    return { shipped: publicPem(shipped), last: null, replaced: [] }
  }
  expect(trustedKeys(chain, rootsOf(root))?.keys.version).toBe(3)
  expect(trustedKeys(chain, rootsOf(makeKey()))).toBeNull()
})

it('takes nothing more from a root key that another one has taken the place of', async () => {
  const { updater, folder, again } = installed()
  const [root, signer, thief] = [makeKey(), makeKey(), makeKey()]
  const content = { expires: inDays(30, Date.now()), signers: [signer] }
  const change = signKeys({ version: 2, ...content }, rootKey, root)
  const chain = [keysOf(1, [signingKey]), change]
  const offered = (version: string, by: KeyObject, keys: readonly SignedKeys[]) =>
    offer(path.join(folder, version), { content: version, version, signer: by, keys })
  await updater.find(offered('2.0.0', signer, chain))
  // Whoever has the old root key makes keys of the same version, of a later one, and for a change back.
  const forged = [
    [keysOf(2, [thief])],
    [keysOf(1, [signingKey]), keysOf(9, [thief])],
    [signKeys({ version: 9, ...content, signers: [thief] }, rootKey, thief)],
  ]
  for (const [at, keys] of forged.entries()) {
    for (const each of [updater, again()]) {
      const error = await catchAppError(() => each.find(offered(`3.0.${at}`, thief, keys)))
      expect(error).toMatchObject({ detail: { reason: { code: 'update.wrongSignature' } } })
    }
  }
  const back = signKeys({ version: 3, ...content }, root, rootKey)
  const error = await catchAppError(() => updater.find(offered('3.1.0', signer, [...chain, back])))
  expect(error).toMatchObject({ detail: { reason: { code: 'update.wrongSignature' } } })
  const later = signKeys({ version: 3, ...content }, root)
  await again().find(offered('3.2.0', signer, [...chain, later]))
})

it('refuses replaced keys from the first look on, also where that offers nothing newer', async () => {
  const { updater, folder } = installed()
  const [first, second] = [makeKey(), makeKey()]
  const before = [keysOf(1, [first])]
  const after = [...before, keysOf(2, [second])]
  const offered = async (version: string, signer: KeyObject, keys: readonly SignedKeys[]) =>
    updater.find(offer(path.join(folder, version), { content: version, version, signer, keys }))
  const same = await catchAppError(() => offered('1.0.0', second, after))
  expect(same).toMatchObject({ detail: { reason: { code: 'update.notNewer' } } })
  const stolen = await catchAppError(() => offered('2.0.0', first, before))
  expect(stolen).toMatchObject({ detail: { reason: { code: 'update.oldKeys' } } })
})

/** A source whose answers wait until they are let go. */
async function offerSlowly(content: (url: string) => Buffer) {
  const waiting: (() => void)[] = []
  const server = createServer((request, response) => {
    waiting.push(() => response.end(content(request.url ?? '')))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/update.json`, waiting }
}

it('takes the answer of the last look alone, and nothing older after it', async () => {
  const { updater, folder, again } = installed()
  const older = offer(path.join(folder, 'older'), { content: 'older', version: '1.1.0' })
  const keys = [keysOf(2, [signingKey])]
  const newer = offer(path.join(folder, 'newer'), { content: 'newer', version: '1.2.0', keys })
  const { url, waiting } = await offerSlowly(() => readFileSync(older))
  const first = catchAppError(() => updater.find(url))
  await vi.waitUntil(() => waiting.length === 1, { timeout: 20_000 })
  await updater.find(newer)
  for (const answer of waiting) answer()
  expect(await first).toMatchObject({ detail: { reason: { code: 'update.superseded' } } })
  expect(updater.state()).toMatchObject({ found: { version: '1.2.0' }, source: newer })
  for (const each of [updater, again()]) {
    const error = await catchAppError(() => each.find(older))
    expect(error).toMatchObject({ detail: { reason: { code: 'update.oldKeys' } } })
  }
})

it('looks for nothing else while a file is fetched: what waits is what was found', async () => {
  const { updater, folder, target } = installed()
  const older = offer(path.join(folder, 'older'), { content: 'older', version: '1.1.0' })
  const newer = offer(path.join(folder, 'newer'), { content: 'newer', version: '1.2.0' })
  const { url, waiting } = await offerSlowly(address =>
    address === '/app' ? Buffer.from('older') : readFileSync(older),
  )
  const looking = updater.find(url)
  await vi.waitUntil(() => waiting.length === 1, { timeout: 20_000 })
  waiting.shift()?.()
  await looking
  updater.stage()
  await vi.waitUntil(() => waiting.length === 1, { timeout: 20_000 })
  const error = await catchAppError(() => updater.find(newer))
  expect(error).toMatchObject({ detail: { reason: { code: 'update.busy' } } })
  waiting.shift()?.()
  await vi.waitUntil(() => updater.state().phase === 'staged', { timeout: 20_000 })
  expect(updater.state().found?.version).toBe('1.1.0')
  expect(readFileSync(`${target}.update`, 'utf8')).toBe('older')
})

it('follows a server to its own addresses, and to no other host', async () => {
  const { updater, folder, staged } = installed()
  const source = offer(path.join(folder, 'offer'), { content: 'new' })
  const other = createServer((_request, response) => response.end(readFileSync(source)))
  const visits = vi.fn()
  other.on('request', visits)
  let target = ''
  const server = createServer((request, response) => {
    if (request.url === '/moved.json') response.end(readFileSync(source))
    else if (request.url === '/app') response.end('new')
    else response.writeHead(302, { Location: target }).end()
  })
  for (const each of [server, other]) {
    await new Promise<void>(resolve => each.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      each.close()
    })
  }
  const [port, otherPort] = [server, other].map(each => (each.address() as AddressInfo).port)
  const address = `http://127.0.0.1:${port}/update.json`
  target = '/moved.json'
  await updater.find(address)
  await staged()
  expect(updater.state().phase).toBe('staged')
  for (target of [
    `http://127.0.0.1:${otherPort}/update.json`,
    'https://example.invalid/',
    '/update.json',
    '',
  ]) {
    const error = await catchAppError(() => updater.find(address))
    expect(error).toMatchObject({ detail: { reason: { code: 'update.redirected' } } })
  }
  expect(visits).not.toHaveBeenCalled()
})

it.each([
  ['is cut', 'update.cut', (bytes: Buffer) => bytes.subarray(0, 20)],
  ['is longer', 'update.wrongFile', (bytes: Buffer) => Buffer.concat([bytes, bytes])],
  ['is another one', 'update.wrongFile', (bytes: Buffer) => Buffer.alloc(bytes.length, 'x')],
])('keeps the old version where the file %s', async (_what, code, spoil) => {
  const { updater, folder, content, staged } = installed()
  const source = offer(path.join(folder, 'offer'), { content: application('2.0.0', confirming) })
  await updater.find(source)
  const file = path.join(folder, 'offer/app')
  writeFileSync(file, spoil(readFileSync(file)))
  await staged()
  expect(updater.state()).toMatchObject({ phase: 'found', error: { detail: { reason: { code } } } })
  expect(existsSync(path.join(folder, 'App.update'))).toBe(false)
  expect(updater.install()).toBeNull()
  expect(content()).toContain('1.0.0')
})

it('keeps the old version where a connection breaks', async () => {
  const { updater, folder, content, staged } = installed()
  const source = offer(path.join(folder, 'offer'), { content: Buffer.alloc(200_000, 'x') })
  const server = createServer((request, response) => {
    if (request.url === '/update.json') response.end(readFileSync(source))
    else {
      response.writeHead(200, { 'Content-Length': 200_000 })
      response.write(Buffer.alloc(1_000, 'x'), () => response.destroy())
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  const { port } = server.address() as AddressInfo
  await updater.find(`http://127.0.0.1:${port}/update.json`)
  await staged()
  expect(updater.state()).toMatchObject({ phase: 'found', error: { code: 'update.refused' } })
  expect(content()).toContain('1.0.0')
  const plain = await catchAppError(() => updater.find('http://example.invalid/update.json'))
  expect(plain).toMatchObject({ detail: { reason: { code: 'update.notSecure' } } })
})

it.runIf(process.platform !== 'win32')(
  'puts a new version in place once it has started',
  async () => {
    const setting = installed()
    const { updater, folder, staged, quit, started, content } = setting
    await updater.find(
      offer(path.join(folder, 'offer'), { content: application('2.0.0', confirming) }),
    )
    await staged()
    expect(updater.state().phase).toBe('staged')
    expect(content()).toContain('1.0.0')
    expect(await replaced(setting)).toEqual({ version: '2.0.0', result: 'installed' })
    expect(quit).toHaveBeenCalledOnce()
    expect(started()).toEqual(['2.0.0'])
    expect(content()).toContain('2.0.0')
    expect(readFileSync(path.join(folder, 'App.previous'), 'utf8')).toContain('1.0.0')
  },
)

it.runIf(process.platform !== 'win32').each([
  ['ends at once', 'exit 7'],
  ['hangs', 'exec sleep 60'],
])('brings the old version back where the new one %s', async (_what, lines) => {
  const setting = installed()
  const { updater, folder, staged, started, content } = setting
  await updater.find(offer(path.join(folder, 'offer'), { content: application('2.0.0', lines) }))
  await staged()
  expect(await replaced(setting)).toEqual({ version: '2.0.0', result: 'rolledBack' })
  await vi.waitUntil(() => started().length === 2, { timeout: 10_000 })
  expect(started()).toEqual(['2.0.0', '1.0.0'])
  expect(content()).toContain('1.0.0')
})

it('stages a folder whole, and keeps the old one where its archive is broken', async () => {
  const { updater, folder, target, staged } = installed('folder')
  const zip = await buildZip(
    new Map([
      ['new.txt', 'new'],
      ['resources/a.txt', 'a'],
    ]),
  )
  const offered = (content: Buffer) =>
    updater.find(offer(path.join(folder, 'offer'), { content, system: 'win32', name: 'app.zip' }))
  await offered(zip.subarray(0, zip.length - 40))
  await staged()
  expect(updater.state()).toMatchObject({ phase: 'found', error: { code: 'data.invalid' } })
  expect(existsSync(`${target}.update`)).toBe(false)
  // Of a process that was killed while it unpacked.
  const leftover = `${target}.update.4194305-00000000.part`
  mkdirSync(leftover)
  writeFileSync(path.join(leftover, 'new.txt'), 'ne')
  await offered(zip)
  await staged()
  expect(updater.state()).toMatchObject({ phase: 'staged', error: null })
  expect(existsSync(leftover)).toBe(false)
  expect(readFileSync(path.join(`${target}.update`, 'resources/a.txt'), 'utf8')).toBe('a')
  expect(readFileSync(path.join(target, 'old.txt'), 'utf8')).toBe('old')
  expect(existsSync(path.join(`${target}.update`, 'Uninstall Tunewright.exe'))).toBe(true)
})

/** Runs on every system: the application is a folder with a script for Node, as it is one with an `.exe` on Windows. */
it.each([
  ['is put in place once it has started', true, 'installed', ['2.0.0'], 'new'],
  [
    'gives way to the old one where it ends at once',
    false,
    'rolledBack',
    ['2.0.0', '1.0.0'],
    'old',
  ],
] as const)('a folder %s', async (_what, confirms, result, versions, stays) => {
  const setting = installed('folder')
  const { updater, folder, target, staged, started } = setting
  const script = (version: string, lines: string): string => `
    import { appendFileSync, writeFileSync } from 'node:fs'
    import path from 'node:path'
    const folder = path.resolve(import.meta.dirname, '..')
    appendFileSync(path.join(folder, 'started'), '${version}\\n')
    ${lines}`
  const confirm = `writeFileSync(path.join(folder, 'updates/confirmed'), '')`
  writeFileSync(path.join(target, 'app.mjs'), script('1.0.0', ''))
  const zip = await buildZip(
    new Map([
      ['new.txt', 'new'],
      ['app.mjs', script('2.0.0', confirms ? confirm : 'process.exit(7)')],
    ]),
  )
  await updater.find(
    offer(path.join(folder, 'offer'), { content: zip, system: 'win32', name: 'app.zip' }),
  )
  await staged()
  expect(await replaced(setting)).toEqual({ version: '2.0.0', result })
  await vi.waitUntil(() => started().length === versions.length, { timeout: 30_000 })
  expect(started()).toEqual(versions)
  expect(existsSync(path.join(target, `${stays}.txt`))).toBe(true)
})

it('confirms with a window and a back end, for its own version alone', () => {
  const { updater, folder } = installed()
  const confirmed = path.join(folder, 'updates/confirmed')
  const plan = path.join(folder, 'updates/plan.json')
  mkdirSync(path.dirname(plan))
  writeFileSync(plan, '{"version":"2.0.0"}')
  updater.confirm('window')
  updater.confirm('backEnd')
  expect(existsSync(confirmed)).toBe(false)
  writeFileSync(plan, '{"version":"1.0.0"}')
  updater.confirm('backEnd')
  expect(existsSync(confirmed)).toBe(true)
  expect(existsSync(plan)).toBe(false)
})

it.each([
  [
    'linux',
    { isPackaged: true, isPortable: false, appImage: '/apps/T.AppImage', binary: '/tmp/.mount/t' },
    { path: '/apps/T.AppImage', kind: 'file' },
  ],
  [
    'linux',
    { isPackaged: true, isPortable: false, appImage: null, binary: '/opt/Tunewright/tunewright' },
    null,
  ],
  [
    'darwin',
    { isPackaged: true, isPortable: false, appImage: null, binary: '/Applications/T.app/T' },
    null,
  ],
  [
    'win32',
    { isPackaged: false, isPortable: false, appImage: null, binary: '/project/electron' },
    null,
  ],
  [
    'win32',
    { isPackaged: true, isPortable: false, appImage: null, binary: '/apps/Tunewright/T.exe' },
    { path: '/apps/Tunewright', kind: 'folder' },
  ],
  [
    'win32',
    { isPackaged: true, isPortable: true, appImage: null, binary: '/apps/Tunewright/T.exe' },
    null,
  ],
] as const)('on %s replaces %j', (platform, installation, target) => {
  expect(updateTarget(platform, installation)).toEqual(target)
})
