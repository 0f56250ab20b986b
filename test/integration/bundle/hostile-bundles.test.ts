import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import SqliteDatabase from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openPromise } from 'yauzl'
import { isAppError } from '../../../src-main/core/errors/errors.ts'
import { isObject } from '../../../src-main/core/values/json.ts'
import { importBundle } from '../../../src-main/features/bundles/node/import-bundle.ts'
import { openBundle } from '../../../src-main/features/bundles/node/read-bundle.ts'
import { unpackBundle } from '../../../src-main/features/bundles/node/unpack-bundle.ts'
import { writeBundle } from '../../../src-main/features/bundles/node/write-bundle.ts'
import { openArchive } from '../../../src-main/platform/files/archive.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { buildZip, type MadeUpEntry } from '../../helpers/made-up-wheel.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { sampleFinish, sampleStudy, sampleTrial } from '../../helpers/store-samples.ts'

/** Without a process of its own. */
const unpackInProcess = { unpack: unpackBundle }

/** Bundles of somebody else are refused whole. `TUNEWRIGHT_HOSTILE_BUNDLES=10000` damages as many. */
const scratch = useScratchFolders()
const count = Number(process.env['TUNEWRIGHT_HOSTILE_BUNDLES'] ?? 300)

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

const weights = 'artifacts/0/best.bin'
const content = 'w'.repeat(5_000)

/** A bundle of one study with one file. */
async function makeBundle(): Promise<string> {
  const folder = scratch()
  const database = path.join(folder, 'from.sqlite')
  const store = openStudyStore(database)
  const { id } = store.createStudy(sampleStudy())
  const artifactFile = path.join(locateWorkspace(database).artifactDirectory(id, 0), 'best.bin')
  mkdirSync(path.dirname(artifactFile), { recursive: true })
  writeFileSync(artifactFile, content)
  store.startTrial(sampleTrial(id, 0))
  const artifact = { kind: 'w', path: artifactFile, bytes: content.length, sha256: sha256(content) }
  store.finishTrial(sampleFinish(id, 0, { artifacts: [artifact] }))
  const file = path.join(folder, 'study.zip')
  await writeBundle({ reader: store, studyId: id, file, replace: false, atMs: 1 })
  store.close()
  return file
}

async function entriesOf(file: string): Promise<MadeUpEntry[]> {
  const archive = await openPromise(file, { lazyEntries: true, autoClose: false })
  const entries: MadeUpEntry[] = []
  for await (const entry of archive.eachEntry()) {
    const stream = await archive.openReadStreamPromise(entry)
    const data = Buffer.concat((await stream.toArray()) as Buffer[])
    entries.push({ name: entry.fileName, data })
  }
  archive.close()
  return entries
}

/** Each entry says that it is 4.29 GB, and 43 MB as it is packed. */
function declareLarge(zip: Buffer): Buffer {
  const mark = Buffer.from('PK\x01\x02')
  let index = 0
  for (let at = zip.indexOf(mark); at >= 0; at = zip.indexOf(mark, at + 1)) {
    zip.writeUInt32LE(43_000_000, at + 20)
    zip.writeUInt32LE(4_290_000_000, at + 24)
    zip.writeUInt32LE(index++ * 44_000_000, at + 42)
  }
  return zip
}

interface Target {
  readonly folder: string
  /** Outcome of the bundle: `imported`, or code and field of the error. */
  take(file: string): Promise<string>
}

function newTarget(): Target & { close(): void } {
  const folder = scratch()
  const store = openStudyStore(path.join(folder, 'to.sqlite'))
  const entriesBefore = readdirSync(folder).sort()
  return {
    folder,
    async take(file) {
      const request = { store, file, now: () => 1, only: null, name: null }
      try {
        const { id } = await importBundle(request, unpackInProcess)
        store.deleteStudy(id, { atMs: 2 })
        store.emptyBin()
        return 'imported'
      } catch (error) {
        if (!isAppError(error)) throw error
        expect(store.listStudies()).toEqual([])
        expect(
          readdirSync(folder)
            .filter(name => !name.endsWith('-artifacts'))
            .sort(),
        ).toEqual(entriesBefore)
        const artifacts = path.join(folder, 'to-artifacts')
        if (readdirSync(folder).includes('to-artifacts')) {
          expect(readdirSync(artifacts).filter(name => name !== '1')).toEqual([])
        }
        return 'field' in error.detail ? `${error.code} ${error.detail.field}` : error.code
      }
    },
    close: () => store.close(),
  }
}

type Change = (entries: MadeUpEntry[]) => MadeUpEntry[]

const add =
  (name: string, further: Partial<MadeUpEntry> = {}): Change =>
  entries => [...entries, { name, data: Buffer.from('x'), ...further }]

/** Changes the list; entries that it does not know can be put into it. */
const list =
  (change: (manifest: Record<string, unknown>) => Record<string, unknown>): Change =>
  entries =>
    entries.map(entry => {
      if (entry.name !== 'manifest.json') return entry
      const manifest: unknown = JSON.parse(entry.data.toString())
      if (!isObject(manifest)) throw new Error('no manifest')
      return { ...entry, data: Buffer.from(JSON.stringify(change({ ...manifest }))) }
    })

/** A file that is also listed. */
const addListed =
  (name: string): Change =>
  entries =>
    list(manifest => ({
      ...manifest,
      files: [...(manifest['files'] as object[]), { name, bytes: 1, sha256: sha256('x') }],
    }))(add(name)(entries))

const replace =
  (name: string, data: Buffer, relist = true): Change =>
  entries => {
    const changed = entries.map(entry => (entry.name === name ? { ...entry, data } : entry))
    if (!relist) return changed
    return list(manifest => ({
      ...manifest,
      files: (manifest['files'] as { name: string }[]).map(file =>
        file.name === name ? { name, bytes: data.length, sha256: sha256(data) } : file,
      ),
    }))(changed)
  }

/** Runs SQL in the database, whose hash is then right. */
const sql =
  (text: string): Change =>
  entries => {
    const file = path.join(scratch(), 'study.sqlite')
    writeFileSync(file, entries.find(({ name }) => name === 'study.sqlite')?.data ?? '')
    const handle = new SqliteDatabase(file)
    handle.unsafeMode()
    handle.pragma('foreign_keys = OFF')
    handle.pragma('ignore_check_constraints = ON')
    handle.pragma('writable_schema = ON')
    handle.exec(text)
    handle.close()
    return replace('study.sqlite', readFileSync(file))(entries)
  }

const listed = 'data.invalid files'
const cases: readonly (readonly [name: string, change: Change, outcome: string])[] = [
  ['nothing changed', entries => entries, 'imported'],
  ['a way out of the folder', addListed('artifacts/../../evil'), 'data.invalid zip'],
  ['an absolute name', addListed('/tmp/evil'), 'data.invalid zip'],
  ['a drive', addListed('C:/evil'), 'data.invalid zip'],
  ['a backslash', addListed('artifacts\\..\\evil'), 'data.invalid zip'],
  ['a stream of Windows', addListed('artifacts/a:b'), 'data.invalid name'],
  ['a dot that Windows drops', addListed('artifacts/0/..  /x'), 'data.invalid name'],
  [
    'a name of 2,000 characters',
    addListed(`artifacts/${'x/'.repeat(1_000)}y`),
    'data.invalid name',
  ],
  ['a place of its own', addListed('evil'), 'data.invalid name'],
  ['a link', add('artifacts/0/l', { mode: 0o120777 }), 'data.invalid zip.mode'],
  ['a name twice', add(weights), 'data.invalid zip.name'],
  ['a name twice but for its case', addListed('artifacts/0/BEST.bin'), 'data.invalid name'],
  ['a file that is a folder too', addListed(`${weights}/x`), 'data.invalid name'],
  ['an encrypted file', add('artifacts/0/e', { encrypted: true }), 'data.invalid zip.encryption'],
  ['a file that nothing lists', add('artifacts/0/new'), listed],
  ['a file that no row names', addListed('artifacts/0/sitecustomize.py'), listed],
  [
    'no manifest',
    entries => entries.filter(({ name }) => name !== 'manifest.json'),
    'data.invalid file',
  ],
  ['no database', entries => entries.filter(({ name }) => name !== 'study.sqlite'), listed],
  ['a file that is gone', entries => entries.filter(({ name }) => name !== weights), listed],
  ['a bomb by ratio', replace(weights, Buffer.alloc(50_000_000)), 'data.invalid zip.size'],
  [
    'a bomb by size',
    add('artifacts/0/b', { declaredBytes: 2 ** 32 - 2, data: Buffer.alloc(2 ** 26, 'abcdefg') }),
    'data.invalid zip.size',
  ],
  [
    'a manifest of more than 64 MiB',
    entries =>
      entries.map(entry =>
        entry.name === 'manifest.json'
          ? { ...entry, data: randomBytes(700_000), declaredBytes: 64 * 2 ** 20 + 1 }
          : entry,
      ),
    'data.invalid size',
  ],
  [
    'other bytes than listed',
    replace(weights, Buffer.from('v'.repeat(5_000)), false),
    'data.invalid sha256',
  ],
  [
    'other bytes than the row says',
    replace(weights, Buffer.from('v'.repeat(5_000))),
    'data.invalid path',
  ],
  ['more bytes than listed', replace(weights, Buffer.from('v'), false), 'data.invalid size'],
  [
    'a size that lies',
    entries =>
      entries.map(entry => (entry.name === weights ? { ...entry, declaredBytes: 4_000 } : entry)),
    'data.invalid size',
  ],
  [
    'a newer archive',
    list(manifest => ({ ...manifest, version: 3, more: true })),
    'data.invalid version',
  ],
  [
    'an archive of an earlier commit',
    list(manifest => ({ ...manifest, version: 1, more: true })),
    'file.tooOld',
  ],
  ['a database of an earlier commit within', sql('PRAGMA user_version = 14'), 'database.tooOld'],
  [
    'a newer schema',
    list(manifest => ({ ...manifest, schema: 999, more: true })),
    'database.future',
  ],
  ['a newer schema within', sql('PRAGMA user_version = 999'), 'database.future'],
  ['another list', list(() => ({ format: 'other' })), 'data.invalid format'],
  ['no JSON', replace('manifest.json', Buffer.from('{'), false), 'data.invalid json'],
  ['a further key', list(manifest => ({ ...manifest, more: 1 })), 'data.invalid more'],
  [
    'another name of the study',
    list(manifest => ({ ...manifest, study: 'other' })),
    'data.invalid name',
  ],
  [
    'no database in its place',
    replace('study.sqlite', Buffer.from('SQLite format 3\0 or so')),
    'database.corrupt',
  ],
  ['a database of another program', sql('PRAGMA application_id = 7'), 'database.corrupt'],
  [
    'a view of theirs',
    sql('DROP TABLE winners; CREATE VIEW winners AS SELECT 1'),
    'database.corrupt',
  ],
  [
    'a trigger of theirs',
    sql('CREATE TRIGGER t AFTER INSERT ON events BEGIN DELETE FROM studies; END'),
    'database.corrupt',
  ],
  ['a table of theirs', sql('CREATE TABLE t (x)'), 'database.corrupt'],
  [
    'a changed check',
    sql(
      `UPDATE sqlite_schema SET sql = replace(sql, 'number >= 0', 'number >= 1') WHERE name = 'trials'`,
    ),
    'database.corrupt',
  ],
  [
    'two studies',
    sql(
      `INSERT INTO studies (id, name, state, reason, created_at_ms, elapsed_ms, environment, dataset, specification, source, labels, deleted_at_ms, dataset_id) SELECT 2, 'b', state, reason, created_at_ms, elapsed_ms, environment, dataset, specification, source, labels, deleted_at_ms, dataset_id FROM studies`,
    ),
    'database.corrupt',
  ],
  ['no study', sql('DROP TRIGGER trials_refuse_delete; DELETE FROM studies'), 'database.corrupt'],
  ['rows of nobody', sql('UPDATE artifacts SET trial_id = 77'), 'database.corrupt'],
  ['a path that leads out', sql(`UPDATE artifacts SET path = '1/../../x'`), 'data.invalid path'],
  ['an absolute path', sql(`UPDATE artifacts SET path = '/etc/passwd'`), 'data.invalid path'],
  [
    'a path of another study',
    sql(`UPDATE artifacts SET path = '2/0/best.bin'`),
    'database.corrupt',
  ],
  [
    'trials that are not counted',
    sql(
      "INSERT INTO trials SELECT 2, 1, 7, 'running', seed, null, null, 1, null, null, parameters, provenance, null, null, null, null FROM trials",
    ),
    'database.corrupt',
  ],
  [
    'a specification of theirs',
    sql(`UPDATE studies SET specification = '{"name":"study"}'`),
    'database.corrupt',
  ],
  ['a text that is no JSON', sql(`UPDATE studies SET environment = '{'`), 'database.corrupt'],
  ['a state that is none', sql(`UPDATE studies SET state = 'odd'`), 'database.corrupt'],
]

describe('a bundle is taken whole or not at all', () => {
  it.each(cases)('%s', async (_name, change, outcome) => {
    const entries = change(await entriesOf(await makeBundle()))
    const file = path.join(scratch(), 'hostile.zip')
    writeFileSync(file, buildZip(entries))
    const target = newTarget()
    expect(await target.take(file)).toBe(outcome)
    target.close()
  })

  it('one of an earlier commit, which stays as it is', async () => {
    const change = list(manifest => ({ ...manifest, version: 1, schema: 14 }))
    const file = path.join(scratch(), 'older.zip')
    writeFileSync(file, buildZip(change(await entriesOf(await makeBundle()))))
    const before = readFileSync(file)
    const error = await openBundle(file).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'file.tooOld',
      detail: { path: file, found: 1, supported: 2 },
    })
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('one of more than 100 GB, all files together', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `artifacts/0/${index}`)
    const file = path.join(scratch(), 'large.zip')
    const zip = (count: number): Buffer =>
      declareLarge(buildZip(names.slice(0, count).map(name => ({ name, data: Buffer.from('x') }))))
    const target = newTarget()
    const outcomes = []
    for (const count of [23, 24]) {
      writeFileSync(file, zip(count))
      const error = await openBundle(file).catch((thrown: unknown) => thrown)
      outcomes.push([
        await target.take(file),
        isAppError(error, 'data.invalid') && error.detail.rule.code,
      ])
    }
    target.close()
    expect(outcomes).toEqual([
      ['data.invalid file', 'rule.fileFormat'],
      ['data.invalid size', 'rule.bytes.atMost'],
    ])
  })

  it('one of too many entries', async () => {
    const file = await makeBundle()
    const options = { maxEntries: 2, fileError: (error: unknown) => error }
    await expect(openArchive(file, options)).rejects.toMatchObject({
      detail: { field: 'zip.entries', value: 3 },
    })
  })

  it(`${count} damaged ones give typed errors`, async () => {
    const whole = readFileSync(await makeBundle())
    const random = createRandomStream({ seed: 19, number: 2, purpose: 'damaged bundles' })
    const target = newTarget()
    const file = path.join(scratch(), 'damaged.zip')
    const outcomes = new Set<string>()
    for (let index = 0; index < count; index++) {
      const bytes = Buffer.from(whole)
      const flips = random.integer(4)
      for (let flip = 0; flip < flips; flip++) {
        bytes[random.integer(bytes.length)] = random.integer(256)
      }
      const end = flips === 0 ? random.integer(bytes.length) : bytes.length
      writeFileSync(file, bytes.subarray(0, end))
      outcomes.add(await target.take(file))
    }
    target.close()
    expect(outcomes.size).toBeGreaterThan(2)
  }, 120_000)
})
