import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  fetchFolder,
  listFolder,
} from '../../../../../../src-main/running/executors/ssh/node/fetch-folder.ts'
import {
  uploadCheckpoint,
  uploadState,
} from '../../../../../../src-main/running/executors/ssh/node/upload-start.ts'
import { clearScript } from '../../../../../../src-main/running/executors/ssh/node/uploaded-folders.ts'
import { RemoteCheckpointFolder } from '../../../../../../src-main/running/executors/ssh/node/pending-checkpoints.ts'
import { copyFolder } from '../../../../../../src-main/platform/user-code/copy-folder.ts'
import { LocalShellMachine } from '../../../../../helpers/local-shell-machine.ts'
import { useScratchFolders } from '../../../../../helpers/scratch-folder.ts'
import { isSkipped } from '../../../../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()

afterEach(() => vi.unstubAllEnvs())

/** A job over there with a folder of checkpoints. */
function job(): { machine: LocalShellMachine; folder: string; remoteFolder: string } {
  const workspace = scratch()
  const folder = path.join(workspace, 'jobs/job-1')
  const remoteFolder = path.join(folder, 'trial/checkpoints')
  mkdirSync(path.join(remoteFolder, 'inner/empty'), { recursive: true })
  writeFileSync(path.join(remoteFolder, "it's a\nname"), 'one')
  writeFileSync(path.join(remoteFolder, 'inner/weights'), Buffer.alloc(2_500_000, 7))
  symlinkSync('inner/weights', path.join(remoteFolder, 'latest'))
  return { machine: new LocalShellMachine(workspace), folder, remoteFolder }
}

const all = { localFolder: null, maxBytes: 10_000_000, isWanted: () => true }
const hashOf = async (source: string): Promise<string> => {
  const { sha256 } = await copyFolder({
    source,
    target: path.join(scratch(), 'copy'),
    maxBytes: 1e9,
  })
  return sha256
}

/** What a machine says that does what it likes. */
function lying(listing: string): ReturnType<typeof listFolder> {
  const order = async (script: string): Promise<Buffer> =>
    Buffer.from(script.includes('echo busy') ? `0\n${listing}` : '')
  return listFolder({ name: 'box', order }, '/job', '/job/trial/checkpoints')
}

describe.skipIf(isSkipped('shell'))('a folder that goes on elsewhere', { timeout: 60_000 }, () => {
  it('comes back as it is, and files that are here do not travel again', async () => {
    const { machine, folder, remoteFolder } = job()
    const localFolder = path.join(scratch(), 'checkpoints')
    const first = await listFolder(machine, folder, remoteFolder)
    if (first === null) throw new Error('there is one')
    await fetchFolder(machine, remoteFolder, localFolder, { ...all, folder: first })
    expect(await hashOf(localFolder)).toBe(await hashOf(remoteFolder))
    expect(readlinkSync(path.join(localFolder, 'latest'))).toBe('inner/weights')
    expect(readdirSync(path.join(localFolder, 'inner/empty'))).toEqual([])
    writeFileSync(path.join(remoteFolder, 'next'), 'two')
    const second = await listFolder(machine, folder, remoteFolder)
    if (second === null) throw new Error('there is one')
    machine.scripts.length = 0
    await fetchFolder(machine, remoteFolder, localFolder, {
      ...all,
      folder: second,
      localFolder: first,
    })
    expect(machine.scripts).toHaveLength(1)
    expect(await hashOf(localFolder)).toBe(await hashOf(remoteFolder))
    // Nothing is left of the work over there, nor here.
    expect(readdirSync(folder)).toEqual(['trial'])
    expect(readdirSync(path.dirname(localFolder))).toEqual(['checkpoints'])
  })

  it('stays what it was where the new one has changed, is too large, or is wanted no more', async () => {
    const { machine, folder, remoteFolder } = job()
    const localFolder = path.join(scratch(), 'checkpoints')
    mkdirSync(localFolder)
    const list = await listFolder(machine, folder, remoteFolder)
    if (list === null) throw new Error('there is one')
    const options = { ...all, folder: list }
    await expect(
      fetchFolder(machine, remoteFolder, localFolder, { ...options, maxBytes: 2_000_000 }),
    ).rejects.toMatchObject({ detail: { rule: { code: 'rule.checkpointBytes' } } })
    const isStored = await fetchFolder(machine, remoteFolder, localFolder, {
      ...options,
      isWanted: () => false,
    })
    expect(isStored).toBe(false)
    writeFileSync(path.join(remoteFolder, 'inner/weights'), Buffer.alloc(2_500_000, 8))
    await expect(fetchFolder(machine, remoteFolder, localFolder, options)).rejects.toMatchObject({
      detail: { rule: { code: 'rule.hash' } },
    })
    expect(readdirSync(localFolder)).toEqual([])
    expect(readdirSync(path.dirname(localFolder))).toEqual(['checkpoints'])
  })

  it.each([
    ['file - 3 ./../../x\0', 'rule.belowStudy'],
    ['file - 3 /etc/passwd\0', 'rule.belowStudy'],
    ['link - 0 ./out\0../../secret\0', 'rule.linkWithin'],
    ['link - 0 ./out\0/etc\0', 'rule.linkWithin'],
    ['other - 0 ./pipe\0', 'rule.fileOrFolder'],
  ])('is refused as %j', async (listing, rule) => {
    await expect(lying(listing)).rejects.toMatchObject({
      code: 'data.invalid',
      detail: { rule: { code: rule } },
    })
  })

  it('comes as it was at one moment, while its program writes into it', async () => {
    const { machine, folder, remoteFolder } = job()
    const localFolder = path.join(scratch(), 'checkpoints')
    let round = 0
    // Two files that belong together, replaced one after the other before every order.
    const changing = {
      name: 'box',
      order: async (script: string) => {
        if (round < 6) {
          writeFileSync(path.join(remoteFolder, 'a'), String(++round))
          writeFileSync(path.join(remoteFolder, 'b'), String(round))
        }
        return machine.order(script)
      },
    }
    const settings = { directory: scratch(), maxBytes: 1e9, everyEpochs: 1, everySeconds: null }
    const checkpointFolder = new RemoteCheckpointFolder(
      {
        machine: changing,
        settings: { ...settings, everySteps: null, atEnd: true },
        failed: error => expect(error).toBeUndefined(),
      },
      folder,
      remoteFolder,
      localFolder,
    )
    checkpointFolder.stepped(1)
    await checkpointFolder.settle()
    const read = (name: string): string => readFileSync(path.join(localFolder, name), 'utf8')
    if (existsSync(localFolder)) expect(read('a')).toBe(read('b'))
    round = 6
    await checkpointFolder.end()
    expect(await hashOf(localFolder)).toBe(await hashOf(remoteFolder))
    expect(readdirSync(folder)).toEqual(['trial'])
  })

  it('comes back where tools over there warn', async () => {
    const { machine, folder, remoteFolder } = job()
    const tools = scratch()
    const warning = `#!/bin/sh\necho 'cannot change locale' >&2\nPATH=${process.env['PATH']} exec sha256sum "$@"\n`
    writeFileSync(path.join(tools, 'sha256sum'), warning, { mode: 0o700 })
    vi.stubEnv('PATH', `${tools}:${process.env['PATH']}`)
    const list = await listFolder(machine, folder, remoteFolder)
    expect([...(list?.keys() ?? [])].sort()).toEqual(
      readdirSync(remoteFolder, { recursive: true }).sort(),
    )
  })

  it('keeps links to folders, also to itself, as it travels', async () => {
    const { machine, remoteFolder } = job()
    symlinkSync('inner', path.join(remoteFolder, 'last'))
    symlinkSync('.', path.join(remoteFolder, 'self'))
    const uploaded = (await uploadState(machine.machine, remoteFolder)) ?? ''
    expect(readlinkSync(path.join(uploaded, 'last'))).toBe('inner')
    expect(readlinkSync(path.join(uploaded, 'self'))).toBe('.')
    expect(await hashOf(uploaded)).toBe(await hashOf(remoteFolder))
  })

  it('is kept over there while it comes, and from when it came', async () => {
    const { machine, remoteFolder } = job()
    const first = (await uploadState(machine.machine, remoteFolder)) ?? ''
    const hoursAgo = Date.now() / 1_000 - 7_200
    const checkpoints = path.dirname(first)
    mkdirSync(path.join(checkpoints, 'other.coming'))
    utimesSync(path.join(checkpoints, 'other.coming'), hoursAgo, hoursAgo)
    utimesSync(first, hoursAgo, hoursAgo)
    await machine.order(clearScript(path.dirname(checkpoints)))
    expect(readdirSync(checkpoints)).toEqual(['other.coming'])
  })

  it('travels once for each content', async () => {
    const { machine, remoteFolder } = job()
    const [first, again] = [
      await uploadState(machine.machine, remoteFolder),
      await uploadState(machine.machine, remoteFolder),
    ]
    expect(again).toBe(first)
    expect(await hashOf(first ?? '')).toBe(await hashOf(remoteFolder))
    const sent = machine.scripts.filter(script => script.includes('head -c 2500000'))
    expect(sent).toHaveLength(1)
    mkdirSync(path.join(remoteFolder, 'inner/another'))
    expect(await uploadState(machine.machine, remoteFolder)).not.toBe(first)
    expect(await uploadState(machine.machine, scratch())).toBeNull()
    const file = path.join(remoteFolder, 'inner/weights')
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex')
    const saved = { path: file, sha256, bytes: 2_500_000, step: 1, batch: 0 }
    expect(
      readFileSync(await uploadCheckpoint(machine.machine, saved)).equals(readFileSync(file)),
    ).toBe(true)
  })
})

it.skipIf(isSkipped('shell'))('over there goes what no job of a month used', async () => {
  const workspace = scratch()
  const machine = new LocalShellMachine(workspace)
  const monthAgo = Date.now() / 1_000 - 32 * 86_400
  const make = (name: string, isOld: boolean): void => {
    const folder = path.join(workspace, name)
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, 'file'), '')
    if (isOld) utimesSync(folder, monthAgo, monthAgo)
  }
  for (const [name, isOld] of [
    ['data/old', true],
    ['data/new', false],
    ['trainer/used', true],
  ] as const)
    make(name, isOld)
  make('jobs/job-1', true)
  const left = (): string[] =>
    ['data', 'trainer'].flatMap(name => readdirSync(path.join(workspace, name)))
  // A job of an earlier version may need anything.
  await machine.order(clearScript(workspace))
  expect(left()).toEqual(['new', 'old', 'used'])
  writeFileSync(path.join(workspace, 'jobs/job-1/uses'), `${workspace}/trainer/used\n`)
  await machine.order(clearScript(workspace))
  expect(left()).toEqual(['new', 'used'])
})
