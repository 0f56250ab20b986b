import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openZip } from '../../../src-main/datasets/zip-entries.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { buildZip, type MadeUpEntry } from '../../helpers/made-up-wheel.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

function write(content: Buffer): string {
  const file = path.join(scratch(), 'data.zip')
  writeFileSync(file, content)
  return file
}

const zip = (...entries: MadeUpEntry[]) => write(buildZip(entries))
const text = (name: string, content = name): MadeUpEntry => ({ name, data: Buffer.from(content) })

describe('openZip', () => {
  it('lists files by name and reads them', async () => {
    const archive = await openZip(zip(text('b/2'), text('a/'), text('a/1', 'one')), 'f')
    expect(archive.entries.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['a/1', 3],
      ['b/2', 3],
    ])
    expect((await archive.entries[0]?.read())?.toString()).toBe('one')
    archive.close()
  })

  const good = buildZip([text('a/1'), text('a/2')])
  const refused: [string, () => string, string][] = [
    ['a text', () => write(Buffer.from('not a zip')), 'zip'],
    ['nothing', () => write(Buffer.alloc(0)), 'zip'],
    ['an archive that is cut short', () => write(good.subarray(0, -30)), 'zip'],
    ['an archive that lost its start', () => write(good.subarray(20)), 'zip'],
    ['a name that leads out', () => zip(text('../../etc/passwd')), 'zip'],
    ['a name that leads out by its middle', () => zip(text('a/../../b')), 'zip'],
    ['an absolute name', () => zip(text('/etc/passwd')), 'zip'],
    ['a drive', () => zip(text('C:/windows')), 'zip'],
    ['a backslash', () => zip(text('a\\b')), 'zip'],
    ['a name twice', () => zip(text('a/1'), text('a/1')), 'zip.name'],
    ['an encrypted file', () => zip({ ...text('a/1'), encrypted: true }), 'zip.encryption'],
    ['a link', () => zip({ ...text('a/1', '/etc/passwd'), mode: 0o120777 }), 'zip.mode'],
    ['a bomb', () => zip({ name: 'a/1', data: Buffer.alloc(5_000_000) }), 'zip.size'],
    ['a declared size of 3 GB', () => zip({ ...text('a/1'), declaredBytes: 3e9 }), 'zip.size'],
  ]
  it.each(refused)('refuses %s', async (_name, make, field) => {
    const error = await catchAppError(() => openZip(make(), 'f'))
    expect(error.code).toBe('data.invalid')
    expect(error.detail).toMatchObject({ field })
  })

  const damaged: [string, MadeUpEntry, string][] = [
    ['less than declared', { ...text('a/1'), declaredBytes: 5 }, 'zip'],
    ['more than declared', { ...text('a/1'), declaredBytes: 1 }, 'zip'],
    ['another checksum', { ...text('a/1'), checksum: 7 }, 'zip.crc32'],
  ]
  it.each(damaged)('refuses content with %s when it is read', async (_name, entry, field) => {
    const archive = await openZip(zip(entry), 'f')
    const error = await catchAppError(async () => archive.entries[0]?.read())
    expect(error.code).toBe('data.invalid')
    expect(error.detail).toMatchObject({ field })
    archive.close()
  })

  it('says that a file is not there', async () => {
    const error = await catchAppError(() => openZip('/nowhere/data.zip', 'the.setting'))
    expect(error.detail).toEqual({ path: '/nowhere/data.zip', field: 'the.setting' })
  })
})
