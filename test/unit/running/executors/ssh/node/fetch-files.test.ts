import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { fetchFiles } from '../../../../../../src-main/running/executors/ssh/node/fetch-files.ts'
import { useScratchFolders } from '../../../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

/** A machine that lists one file, and gives some bytes of it. */
function fetch(local: string, listed: string, content: string): Promise<void> {
  const order = async (script: string): Promise<Buffer> =>
    Buffer.from(script.includes('find ') ? `${listed}\0` : content)
  return fetchFiles({ name: 'box', order }, '/there', local, 'attempt-1')
}

it('brings files back where they belong, whatever their names', async () => {
  const local = scratch()
  await fetch(local, "3 files/a/..b 'c'", 'abc')
  expect(readFileSync(path.join(local, "files/a/..b 'c'"), 'utf8')).toBe('abc')
  await fetch(local, '3 attempt-1/results.json', '{ }')
  expect(readFileSync(path.join(local, 'attempt-1/results.json'), 'utf8')).toBe('{ }')
})

it.each(['../x', 'files/../job.json', 'job.json', '/etc/x', 'attempt-1/trial.json'])(
  'refuses %s, which nobody asked for',
  async name => {
    await expect(fetch(scratch(), `1 ${name}`, 'x')).rejects.toMatchObject({ code: 'data.invalid' })
  },
)

it.each(['5 files/short', '-1 files/closed'])(
  'says of %s that it cannot be read whole',
  async listed => {
    await expect(fetch(scratch(), listed, 'abc')).rejects.toMatchObject({
      code: 'file.unreadable',
      detail: { reason: { code: 'failure.remoteFile', values: { machine: 'box' } } },
    })
  },
)
