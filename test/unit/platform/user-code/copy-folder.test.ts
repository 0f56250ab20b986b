import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { copyFolder } from '../../../../src-main/platform/user-code/copy-folder.ts'
import { isSkipped } from '../../../helpers/skipped-on-windows.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const sha = (text: string): string => createHash('sha256').update(text).digest('hex')

function sample(): { source: string; target: string } {
  const folder = scratch()
  const source = path.join(folder, 'state')
  mkdirSync(path.join(source, 'step-2/empty'), { recursive: true })
  writeFileSync(path.join(source, 'weights'), 'abc')
  writeFileSync(path.join(source, 'step-2/optimizer'), 'defgh')
  symlinkSync('step-2', path.join(source, 'latest'))
  return { source, target: path.join(folder, 'copies/2-0') }
}

it('a copy of a folder is whole, replaces another, and is refused where it differs', async () => {
  const folder = scratch()
  const [source, target] = [path.join(folder, 'state'), path.join(folder, 'copies/2-0')]
  mkdirSync(path.join(source, 'step'), { recursive: true })
  writeFileSync(path.join(source, 'step/weights'), 'abc')
  writeFileSync(path.join(source, 'protected'), '', { mode: 0o444 })
  const { sha256 } = await copyFolder({ source, target, maxBytes: 8 })
  await copyFolder({ source, target, maxBytes: 8, sha256 })
  expect(readFileSync(path.join(target, 'step/weights'), 'utf8')).toBe('abc')
  writeFileSync(path.join(target, 'step/weights'), 'abd')
  const again = { source: target, target: path.join(folder, 'again'), maxBytes: 8, sha256 }
  await expect(copyFolder(again)).rejects.toMatchObject({ detail: { field: 'sha256' } })
})

describe.skipIf(isSkipped('links'))('a copy of a folder with links', () => {
  it('has every file, folder and link, and the hash of their list', async () => {
    const { source, target } = sample()
    const copied = await copyFolder({ source, target, maxBytes: 8 })
    const lines = [
      `${sha('step-2')}  0  "latest@"\n`,
      '-  0  "step-2/"\n',
      '-  0  "step-2/empty/"\n',
      `${sha('defgh')}  5  "step-2/optimizer"\n`,
      `${sha('abc')}  3  "weights"\n`,
    ]
    expect(copied).toEqual({ bytes: 8, sha256: sha(lines.join('')), entries: 5 })
    expect(readFileSync(path.join(target, 'latest/optimizer'), 'utf8')).toBe('defgh')
    expect(readlinkSync(path.join(target, 'latest'))).toBe('step-2')
    expect(existsSync(path.join(target, 'step-2/empty'))).toBe(true)
    const again = path.join(scratch(), 'again')
    await copyFolder({ source: target, target: again, maxBytes: 8, sha256: copied.sha256 })
    expect(readFileSync(path.join(again, 'weights'), 'utf8')).toBe('abc')
  })

  it('replaces what stands there, and what a killed one left beside it', async () => {
    const { source, target } = sample()
    // No process has an id as high as this.
    const partialCopy = `${target}.4194305-0123abcd.part`
    for (const old of [target, partialCopy]) {
      mkdirSync(old, { recursive: true })
      writeFileSync(path.join(old, 'old'), 'old')
    }
    await copyFolder({ source, target, maxBytes: 8 })
    expect(existsSync(path.join(target, 'old'))).toBe(false)
    expect(existsSync(partialCopy)).toBe(false)
  })

  it.each([
    ['any byte', (folder: string) => writeFileSync(path.join(folder, 'weights'), 'abd')],
    ['a file less', (folder: string) => rmSync(path.join(folder, 'weights'))],
    ['a file more', (folder: string) => writeFileSync(path.join(folder, 'more'), '')],
    [
      'a link',
      (folder: string) => {
        rmSync(path.join(folder, 'latest'))
        symlinkSync('weights', path.join(folder, 'latest'))
      },
    ],
  ])('is refused where %s differs from what was recorded', async (_, change) => {
    const { source, target } = sample()
    const { sha256 } = await copyFolder({ source, target, maxBytes: 8 })
    change(target)
    const again = path.join(scratch(), 'again')
    await expect(
      copyFolder({ source: target, target: again, maxBytes: 99, sha256 }),
    ).rejects.toMatchObject({ code: 'data.invalid', detail: { field: 'sha256', path: target } })
    expect(existsSync(again)).toBe(false)
    expect(existsSync(`${again}.new`)).toBe(false)
  })

  it('is refused for what is too large, not there, or leads out', async () => {
    const { source, target } = sample()
    await expect(copyFolder({ source, target, maxBytes: 7 })).rejects.toMatchObject({
      code: 'data.invalid',
      detail: { field: 'bytes' },
    })
    await expect(
      copyFolder({ source: `${source}-gone`, target, maxBytes: 8 }),
    ).rejects.toMatchObject({ code: 'file.notFound' })
    for (const link of ['/etc/passwd', '../outside', 'step-2/../../outside']) {
      rmSync(path.join(source, 'latest'))
      symlinkSync(link, path.join(source, 'latest'))
      await expect(copyFolder({ source, target, maxBytes: 8 })).rejects.toMatchObject({
        code: 'data.invalid',
        detail: { field: 'latest', value: link },
      })
    }
    expect(existsSync(target)).toBe(false)
  })
})
