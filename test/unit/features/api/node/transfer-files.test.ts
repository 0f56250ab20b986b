import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { TransferFiles } from '../../../../../src-main/features/api/node/transfer-files.ts'

const transfers = new TransferFiles()
afterEach(async () => {
  vi.useRealTimers()
  await transfers.close()
})
const file = { fileName: 'a.csv', mediaType: 'text/csv' }
const upload = '0a1b2c3d-0000-4000-8000-00000000000f'

function folders(purpose: string): string[] {
  const start = `tunewright-${purpose}-${process.pid}-`
  return readdirSync(tmpdir()).filter(name => name.startsWith(start))
}

it('keeps the newest twenty files, and none for longer than half an hour', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const first = await transfers.offer(file, async to => writeFile(to, 'x'))
  for (let count = 0; count < 20; count++)
    await transfers.offer(file, async to => writeFile(to, 'x'))
  expect(transfers.open(first.id)).toBeNull()
  expect(folders('download')).toHaveLength(20)
  vi.advanceTimersByTime(31 * 60_000)
  vi.useRealTimers()
  await expect.poll(() => folders('download')).toEqual([])
})

it('programs have files of their own, which remove none of the page or of each other', async () => {
  const write = async (to: string): Promise<void> => writeFile(to, 'x')
  const ofPage = await transfers.offer(file, write)
  const busy = transfers.forProgram('busy')
  const modest = transfers.forProgram('modest')
  const ofModest = await modest.offer(file, write)
  const ofBusy = []
  for (let count = 0; count < 30; count++)
    ofBusy.push(await transfers.forProgram('busy').offer(file, write))
  const opened = (download: { readonly id: string }): boolean => {
    const stream = transfers.open(download.id)?.stream
    stream?.destroy()
    return stream !== undefined
  }
  expect([ofPage, ofModest].map(opened)).toEqual([true, true])
  expect(ofBusy.map(opened).lastIndexOf(false)).toBe(30 - 5 - 1)
  // Tokens of many names have twenty together.
  for (let count = 0; count < 30; count++)
    await transfers.forProgram(`t${count}`).offer(file, write)
  expect(opened(ofPage)).toBe(true)
  expect(folders('download')).toHaveLength(1 + 20)
  for (let count = 0; count < 30; count++) await transfers.offer(file, write)
  expect(opened(ofPage)).toBe(false)
  expect(folders('download')).toHaveLength(20 + 20)
  await expect(busy.offer(file, write)).resolves.toMatchObject({ bytes: 1 })
})

it('leaves nothing of a file that cannot be made', async () => {
  await expect(
    transfers.offer(file, async () => Promise.reject(new Error('full'))),
  ).rejects.toThrow()
  expect(folders('download')).toEqual([])
})

it('gives parts of a file, and removes it after the last', async () => {
  const { id } = await transfers.offer(file, async to => writeFile(to, 'x'.repeat(5 * 1024 ** 2)))
  const part = await transfers.read(id, 0)
  expect(part.isLast).toBe(false)
  const rest = await transfers.read(id, Buffer.from(part.content, 'base64').length)
  expect(rest.isLast).toBe(true)
  await expect(transfers.read(id, 0)).rejects.toMatchObject({ code: 'file.notFound' })
})

it('counts what an upload holds, gives one file or the folder of several, and removes them', async () => {
  const { folder } = await transfers.uploadFolder(upload)
  for (const name of ['a.png', 'b.png']) {
    writeFileSync(path.join(folder, name), 'abc')
    await transfers.countUpload(upload, path.join(folder, name))
  }
  expect(await transfers.uploadFolder(upload)).toMatchObject({ bytes: 6 })
  expect(await transfers.use(upload, async input => input)).toBe(folder)
  expect(existsSync(folder)).toBe(false)
  const { folder: again } = await transfers.uploadFolder(upload)
  writeFileSync(path.join(again, 'c.png'), 'abc')
  expect(await transfers.use(upload, async input => path.basename(input))).toBe('c.png')
})
